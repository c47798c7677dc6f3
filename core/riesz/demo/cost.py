"""What a value with its gradient costs, in evaluations of the objective."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import riesz
from riesz.demo.problem import number
from riesz.metrics import Metric

ROUNDS = 11
SHORTEST = 4e-3  # seconds: what is quicker is repeated, so that the clock's ticks do not matter


def cost(f: Callable[[Any], Any], x: Any, metric: Metric) -> float:
    """The time of value_and_grad(f) over that of f: the median of interleaved rounds."""
    value_and_grad = riesz.value_and_grad(f, metric=metric)

    def forward() -> float:
        return number(f(x))

    def backward() -> float:
        return number(value_and_grad(x)[0])

    m, n = _repeats(forward), _repeats(backward)
    return median(_seconds(backward, n) / _seconds(forward, m) for _ in range(ROUNDS))


def _repeats(call: Callable[[], float]) -> int:
    call()  # the first call fills caches
    return max(1, int(SHORTEST / max(_seconds(call, 1), 1e-9)))


def _seconds(call: Callable[[], float], repeats: int) -> float:
    begin = perf_counter()
    for _ in range(repeats):
        call()
    return (perf_counter() - begin) / repeats
