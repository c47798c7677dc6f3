"""A `Report`: all results of a run, and what it ran on, left out and was asked to cover."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .result import Result, Status, counts

SUITE = "1.0"
NO_GPU = "no GPU code ran on a GPU in this run"


@dataclass(frozen=True)
class Report:
    """`results` in order of backend, operator, dtype and check."""

    results: tuple[Result, ...]
    riesz: str
    python: str
    platform: str
    date: str
    seconds: float
    backends: dict[str, dict[str, Any]]
    # ^ name -> {"probe": None or a reason, "library": ..., "route": of GPU code, where it has any}
    required: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    minimum: int = 0
    suite: str = SUITE

    @property
    def checks(self) -> int:
        """How many checks were executed, at one sample each."""
        return sum(result.checks for result in self.results)

    @property
    def failed(self) -> bool:
        """Whether a result is bad, a required backend did not run, or too little was executed."""
        return bool(self.problems())

    def counts(self) -> dict[Status, int]:
        """How many results there are of each status."""
        return counts(self.results)

    def problems(self) -> list[str]:
        """Why the run failed, one line each."""
        return [line(r) for r in self.results if r.status.bad] + self.gaps()

    def gaps(self) -> list[str]:
        """What was to run and did not, one line each."""
        ran = {result.backend for result in self.results if result.checks}
        lines = [
            f"required: no check was executed on {name}. {self._why(name)}"
            for name in self.required
            if name not in ran
        ]
        if self.checks < self.minimum:
            lines.append(f"{self.checks} checks executed, at least {self.minimum} required")
        return lines

    def routes(self) -> list[str]:
        """On what the GPU code of each backend ran, one line each; nothing where none has any."""
        found = {name: about["route"] for name, about in self.backends.items() if "route" in about}
        lines = [f"{name} {route}" for name, route in found.items()]
        if found and not any(route.startswith("REAL") for route in found.values()):
            lines.append(NO_GPU)
        return lines

    def _why(self, name: str) -> str:
        mine: Iterable[Result] = (r for r in self.results if r.backend == name)
        return next((r.reason for r in mine if r.reason), "It was not asked for.")

    def to_json(self) -> dict[str, Any]:
        """The report, as JSON can hold it."""
        plain = {key: vars(self)[key] for key in JSON_FIELDS}
        plain |= {"required": list(self.required), "left_out": list(self.left_out)}
        return plain | {"results": [result.to_json() for result in self.results]}

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Report:
        """What `to_json` was called on."""
        results = tuple(map(Result.from_json, fields["results"]))
        lists = {key: tuple(fields[key]) for key in ("required", "left_out")}
        return cls(**fields | lists | {"results": results})


JSON_FIELDS = ("suite", "riesz", "python", "platform", "date", "seconds", "backends")


def line(result: Result) -> str:
    """A result in one line."""
    number = "" if result.error is None else f": error {result.error:.3g}"
    allowed = "" if result.tolerance is None else f", allowed {result.tolerance:.3g}"
    reason = f": {result.reason}" if result.reason else ""
    return f"{result.status}: {result.key} on {result.backend}{number}{allowed}{reason}"
