"""The metrics a user may choose for the demo, by name."""

from __future__ import annotations

from dataclasses import dataclass

import riesz
from riesz.demo.problem import Problem
from riesz.errors import InvalidValue
from riesz.metrics import Metric


@dataclass(frozen=True)
class Choice:
    """A metric with its name on the command line and its symbol in the figure."""

    metric: Metric
    name: str
    symbol: str


def choose(problem: Problem, text: str) -> Choice:
    """The metric that `euclidean` or `sobolev[:order[:lengthscale]]` means for the problem.

    Raises InvalidValue for any other text.
    """
    kind, *numbers = text.split(":")
    if kind == "euclidean" and not numbers:
        return Choice(riesz.Euclidean(), kind, "Euclidean")
    if kind == "sobolev" and len(numbers) <= 2:
        return _sobolev(problem, text, [_number(n, text) for n in numbers])
    raise InvalidValue(
        f"unknown metric {text!r}. Choose euclidean, sobolev, sobolev:ORDER or "
        f"sobolev:ORDER:LENGTHSCALE, for example sobolev:1:3."
    )


def _sobolev(problem: Problem, name: str, numbers: list[float]) -> Choice:
    order, lengthscale = (*numbers, *problem.natural[len(numbers) :])
    metric = problem.sobolev(order, lengthscale)
    scale = "" if lengthscale == 1 else rf" ($\ell={lengthscale:g}$)"
    return Choice(metric, name, rf"$H^{{{order:g}}}${scale}")


def _number(number: str, text: str) -> float:
    try:
        return float(number)
    except ValueError:
        raise InvalidValue(
            f"{number!r} in the metric {text!r} is not a number. Write sobolev:ORDER:LENGTHSCALE, "
            f"for example sobolev:1:3."
        ) from None
