"""A `Result`: what became of one check of one operator, on one backend in one dtype."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

EVERY = "*"  # stands for every operator, check or dtype: of a backend that cannot run, say


class Status(StrEnum):
    """Seven, never merged."""

    PASSED = "passed"
    FAILED = "failed"
    EXPECTED_FAILURE = "expected-failure"  # declared, with a reason and a link
    UNEXPECTED_PASS = "unexpected-pass"  # declared to fail, and does not
    UNSUPPORTED = "unsupported"  # no kernel, or a dtype the backend does not declare
    ABSENT = "absent"  # the backend cannot run here: its hardware or a package is missing
    ERROR = "error"  # the backend did not load

    @property
    def bad(self) -> bool:
        """Whether a run with such a result fails."""
        return self in (Status.FAILED, Status.UNEXPECTED_PASS, Status.ERROR)


@dataclass(frozen=True)
class Result:
    """One cell of the report; `checks` samples were executed for it.

    `error` is the one that exceeds its `tolerance` by most. `operator`, `check` and `dtype` are
    "*" where the result concerns all of them.
    """

    operator: str
    backend: str
    check: str
    dtype: str
    status: Status
    error: float | None = None
    tolerance: float | None = None
    reason: str = ""
    checks: int = 0

    @property
    def key(self) -> str:
        """`operator:check:dtype`, as expected failures name it."""
        return f"{self.operator}:{self.check}:{self.dtype}"

    def to_json(self) -> dict[str, Any]:
        """The fields, as JSON can hold them: infinite and undefined errors as words."""
        error = self.error
        finite = error is None or abs(error) < float("inf")
        return asdict(self) | {"status": str(self.status), "error": error if finite else str(error)}

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Result:
        """What `to_json` was called on."""
        error = None if fields["error"] is None else float(fields["error"])
        return cls(**fields | {"status": Status(fields["status"]), "error": error})


def counts(results: Iterable[Result]) -> dict[Status, int]:
    """How many results there are of each status."""
    found = dict.fromkeys(Status, 0)
    for result in results:
        found[result.status] += 1
    return found
