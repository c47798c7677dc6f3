"""`Watch`: a trace that differentiates nothing and holds each operator to what it declares."""

from __future__ import annotations

from threading import get_ident
from typing import Any

from riesz.frozen import freeze, thaw
from riesz.protocol.codomain import check_codomain, spaces
from riesz.protocol.linear import Linear, Multilinear
from riesz.protocol.operator import Operator
from riesz.protocol.signature import space_of
from riesz.traced import Trace, Traced, apply

DECLARED = (Operator, Linear, Multilinear)  # by rules; a formula or a loop cannot contradict itself


class Watch(Trace):
    """Runs each operator on arguments that are read-only, and compares results with `metric`."""

    __slots__ = ("frozen",)

    def __init__(self) -> None:
        """Nothing is frozen yet."""
        super().__init__()
        self.frozen: list[Any] = []

    def input(self, x: Any) -> Traced:
        """An argument of the program."""
        return Traced(self, x, None)

    def record(self, op: Operator, args: tuple[Any, ...], static: dict[str, Any]) -> Any:
        """Apply `op` below this trace."""
        if self.owner != get_ident():
            self.refuse()
        x = tuple([v.value if type(v) is Traced and v.tape is self else v for v in args])
        for v in x:
            freeze(self, v)
        try:
            y = apply(op, x, static)
        finally:
            thaw(self)  # the program itself may write into its arrays between two steps
        if type(op) in DECLARED and not any(map(_is_mask, x)):
            check_codomain(op, y, spaces(op, op.metric(*map(space_of, x), **static)))
        if op.constant:
            return y
        return tuple(map(self.input, y)) if isinstance(y, tuple) else self.input(y)


def _is_mask(x: Any) -> bool:
    return getattr(getattr(x, "dtype", None), "kind", "") == "b"  # whose values decide on a shape
