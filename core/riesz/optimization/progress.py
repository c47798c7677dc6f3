"""One line on a terminal that tells how far a run is."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from time import perf_counter
from typing import Any

from riesz.errors import MissingExtra

from .result import Result

PAUSE = 0.1  # seconds between two updates


def progress(wanted: bool) -> AbstractContextManager[Any]:
    """A context whose `show(result)` draws; None where nothing was asked for."""
    return Line() if wanted else nullcontext()


class Line:
    """A line of rich, on the standard error; nothing where that is no terminal."""

    def __init__(self) -> None:
        """Raise MissingExtra where rich is not installed."""
        try:
            console = import_module("rich.console").Console(stderr=True)
        except ImportError:
            raise MissingExtra("minimize(progress=True)", "rich", "cli") from None
        self.status = console.status("f(x0)")
        self.next = 0.0

    def __enter__(self) -> Line:
        self.status.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.status.stop()

    def show(self, result: Result) -> None:
        """The latest step, at most once a PAUSE."""
        if perf_counter() >= self.next:
            norm = result.history[-1].norm
            self.status.update(f"step {result.nit}  f = {result.fun:.6g}  |grad f| = {norm:.3g}")
            self.next = perf_counter() + PAUSE
