"""What `minimize` returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .objective import Objective
from .point import Iterate
from .rules import Record, Status, Verdict


@dataclass(frozen=True)
class State:
    """All that the next step depends on: it can be pickled where the arrays can."""

    method: Any
    at: Iterate
    memory: Any
    nfev: int
    njev: int
    nhev: int


@dataclass(frozen=True)
class Result:
    """The best point found and how it was; the names are those of SciPy's `OptimizeResult`.

    `grad` is the gradient in the metric, `status` tells why it stopped (a
    `riesz.optimization.Status`) and `message` in words. `minimize(f, resume=result)` goes on from
    here; a result can be pickled.
    """

    x: Any
    fun: float
    grad: Any = field(repr=False)
    nit: int
    nfev: int
    njev: int
    nhev: int
    success: bool
    status: Status
    message: str
    records: list[Record] = field(repr=False)  # of the whole run, growing
    state: State | None = field(repr=False)

    @property
    def history(self) -> list[Record]:
        """A record (nit, fun, norm, t, nfev, seconds) of the start and of each step so far."""
        return self.records[: self.nit + 1]

    @staticmethod
    def of(
        objective: Objective, at: Iterate, nit: int, verdict: Verdict, records: list[Record],
        state: State | None,
    ) -> Result:  # fmt: skip
        """An iterate as a result."""
        status, words = verdict
        counts = objective.counts
        return Result(
            x=objective.tree(at.x), fun=at.value, grad=objective.tree(at.g), nit=nit,
            nfev=counts.nfev, njev=counts.njev, nhev=counts.nhev,
            success=status is Status.CONVERGED, status=status,
            message=words, records=records, state=state,
        )  # fmt: skip
