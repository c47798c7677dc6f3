"""Forward mode: values that carry their tangent, computed step by step and never stored."""

from __future__ import annotations

from threading import get_ident
from typing import TYPE_CHECKING, Any

from .traced import Trace, Traced, apply

if TYPE_CHECKING:
    from .protocol.operator import Operator


class Tangents(Trace):
    """A trace whose values hold `node` = the tangent dF(x)u, an array of their own space."""

    __slots__ = ()

    def input(self, value: Any, u: Any) -> Traced:
        """A value to differentiate by, in the direction u."""
        return Traced(self, value, u)

    def record(self, op: Operator, args: tuple[Any, ...], static: dict[str, Any]) -> Any:
        """Apply `op` to the values, and its derivative to their tangents."""
        if self.owner != get_ident():
            self.refuse()
        values = tuple([x.value if type(x) is Traced and x.tape is self else x for x in args])
        y = apply(op, values, static)
        if op.constant:
            return y
        u = [x.node if type(x) is Traced and x.tape is self else None for x in args]
        dy = op.push(u, y, values, static)
        if isinstance(y, tuple):
            return tuple(map(self._value, y, dy))
        return self._value(y, dy)

    def _value(self, y: Any, dy: Any) -> Any:
        return y if dy is None else Traced(self, y, dy)
