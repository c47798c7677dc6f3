"""The conformance suite: what must hold of every operator, on every backend, in every dtype.

Samples, drawn in the dtype under test, say where an operator is checked; `run` checks.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .sample import Draw, Sample, sample, samples

if TYPE_CHECKING:
    from .operator_conformance import OperatorConformance
    from .report import Report
    from .result import Result, Status
    from .runner import check_operator, run

# What runs the suite is imported when asked for: the standard operators import this package.
LATER = {
    "OperatorConformance": "operator_conformance", "Report": "report", "Result": "result",
    "Status": "result", "check_operator": "runner", "run": "runner",
}  # fmt: skip

__all__ = [
    "Draw", "OperatorConformance", "Report", "Result", "Sample", "Status", "check_operator", "run",
    "sample", "samples",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{LATER[name]}"), name)
