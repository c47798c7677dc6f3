"""The differential of a function of trees and its transpose, both linear in their argument."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from riesz.tree import flatten

from .forward import jvp
from .reverse import vjp

Map = Callable[[Any], Any]


def linearise(F: Callable[..., Any], x: Any) -> tuple[Any, Map, Map]:
    """y = F(x), u -> dF(x)u and a -> dF(x)'a, on trees like x and y; a tuple is the argument list.

    F is recorded once for every a, and runs again for every u.
    """
    y, pullback = vjp(F, *(x if isinstance(x, tuple) else (x,)))
    structure = flatten(x)[1]

    def pull(a: Any) -> Any:
        return structure.unflatten(flatten(pullback(a))[0])

    return y, lambda u: jvp(F, x, u)[1], pull
