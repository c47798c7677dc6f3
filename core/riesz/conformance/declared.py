"""What a backend declares of itself: failures that are known, tolerances that are loosened.

Both are data, keyed `operator:check:dtype`, where "*" stands for any. An expected failure has a
`reason` and a `link`, a loosened tolerance a `factor` and a `reason`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from riesz.backend import Backend
from riesz.errors import InvalidValue

from .result import EVERY, Result, Status

Entries = Mapping[str, Mapping[str, Any]]
Triple = tuple[str, str, str]
Known = Callable[[Triple], bool]


@dataclass(frozen=True)
class Declared:
    """The declarations that hold for one backend."""

    failures: Entries = field(default_factory=dict)
    tolerances: Entries = field(default_factory=dict)

    def __post_init__(self) -> None:
        _require(self.failures, "expected failure", ("reason", "link"))
        _require(self.tolerances, "loosened tolerance", ("reason", "factor"))

    @classmethod
    def of(cls, backend: Backend, more: Entries | None = None) -> Declared:
        """Those of the backend, and further expected failures."""
        return cls({**backend.expected_failures, **(more or {})}, backend.tolerances)

    def loosening(self, key: str) -> tuple[float, str]:
        """The factor of a tolerance, and why."""
        for pattern, entry in self.tolerances.items():
            if matches(pattern, key):
                return float(entry["factor"]), str(entry["reason"])
        return 1.0, ""

    def judged(
        self, backend: str, results: list[Result], planned: Collection[Triple], known: Known
    ) -> list[Result]:
        """A backend's results after what was declared, then what of it is out of date.

        `planned` are the checks of the run; `known` says whether there could be such a check.
        """
        judged = [self.judge(result) for result in results]
        return judged + [
            _stale(pattern, backend, reason)
            for pattern in self.failures
            if (reason := _staleness(pattern, judged, planned, known))
        ]

    def judge(self, result: Result) -> Result:
        """One result, after what was declared of it."""
        patterns = [p for p in self.failures if matches(p, result.key)]
        if not patterns:
            return result
        entry = self.failures[patterns[0]]
        declared = f"{entry['reason']} ({entry['link']})"
        if result.status is Status.FAILED:
            seen = f"{declared}. {result.reason}".strip()
            return replace(result, status=Status.EXPECTED_FAILURE, reason=seen)
        if result.status is Status.PASSED and any(EVERY not in p for p in patterns):
            return replace(
                result, status=Status.UNEXPECTED_PASS, reason=f"declared to fail: {declared}"
            )
        return result


def read_failures(path: str | Path) -> Entries:
    """The expected failures in a JSON file: {"operator:check:dtype": {"reason", "link"}}."""
    try:
        entries = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidValue(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(entries, dict):
        raise InvalidValue(f"{path} holds no JSON object of keys operator:check:dtype.")
    return Declared(entries).failures


def matches(pattern: str, key: str) -> bool:
    """Whether two keys name the same, "*" being any."""
    pairs = zip(pattern.split(":"), key.split(":"), strict=True)
    return all(EVERY in pair or pair[0] == pair[1] for pair in pairs)


def _staleness(
    pattern: str, results: Iterable[Result], planned: Collection[Triple], known: Known
) -> str:
    """Why a declaration is out of date; empty if it holds, or concerns what was not run."""
    operator, check, dtype = pattern.split(":")
    if not known((operator, check, dtype)):
        return "there is no such check"
    if not any(matches(pattern, ":".join(triple)) for triple in planned):
        return ""
    met = [result for result in results if matches(pattern, result.key)]
    if not met:
        return "nothing is checked there"
    holds = {Status.EXPECTED_FAILURE, Status.UNSUPPORTED, Status.ABSENT, Status.UNEXPECTED_PASS}
    return "" if holds & {result.status for result in met} else "nothing that it names fails"


def _stale(pattern: str, backend: str, reason: str) -> Result:
    operator, check, dtype = pattern.split(":")
    reason = f"stale expected failure: {reason}. Take it out."
    return Result(operator, backend, check, dtype, Status.UNEXPECTED_PASS, reason=reason)


def _require(entries: Entries, what: str, fields: tuple[str, ...]) -> None:
    for key, entry in entries.items():
        given = entry if isinstance(entry, Mapping) else {}
        lacking = [name for name in fields if not given.get(name)]
        if key.count(":") != 2 or lacking:
            raise InvalidValue(
                f"The {what} {key!r}: {entry!r} is not usable. A key is operator:check:dtype (each "
                f'may be "*"), its entry has {" and ".join(fields)}.'
            )
