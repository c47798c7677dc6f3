"""Linear and multilinear operators: the tangent follows from the forward rule.

A linear operator is jointly linear in its differentiable arguments; integer and boolean arguments
(indices, masks) are constants it depends on. A multilinear one is linear in each argument alone.
"""

from __future__ import annotations

from typing import Any

from riesz.backend import zeros_like

from .operator import Operator, to_codomains
from .recorder import Recorder, bilinear, single


class Linear(Operator):
    """y = A x, with `adjoint(xp, a, *X, **static)` the transpose A'a: no point, so no y."""

    kind = "linear"
    reads_result = 0
    entry: Recorder | None = None

    def __init__(self, rules: type) -> None:
        """Take the rules; a map of one argument is recorded the short way."""
        super().__init__(rules)
        if self.kind == "linear" and self.arity == 1 and self._reads.letters == (True,):
            self.entry = single(self)

    def __call__(self, *x: Any, **static: Any) -> Any:
        """A x: an array, or a traced value where an argument is one."""
        if self.entry is not None and len(x) == 1:
            return self.entry(*x, **static)
        return super().__call__(*x, **static)

    def push(self, u: list[Any], y: Any, x: tuple[Any, ...], static: dict[str, Any]) -> Any:
        """A u, with zeros for the linear arguments that have no tangent.

        An argument whose value the adjoint reads (an index, a mask) is not a linear one.
        """
        filled = [
            ui if ui is not None else zeros_like(xi) if linear else xi
            for ui, xi, linear in zip(u, x, self._reads.spaces(len(x)), strict=True)
        ]
        return to_codomains(self(*filled, **static), y)


class Multilinear(Linear):
    """y = B(x_1, ..., x_k), with `adjoint(xp, a, *x, **static)`."""

    kind = "multilinear"

    def __init__(self, rules: type) -> None:
        """Take the rules; a product of two arguments is recorded the short way."""
        super().__init__(rules)
        if self.arity == 2 and not self.static and not any(self._reads.letters):
            self.entry = bilinear(self)

    def push(self, u: list[Any], y: Any, x: tuple[Any, ...], static: dict[str, Any]) -> Any:
        """The sum over i of B(x_1, ..., u_i, ..., x_k)."""
        terms = [
            self(*x[:i], ui, *x[i + 1 :], **static) for i, ui in enumerate(u) if ui is not None
        ]
        total = terms[0]
        for term in terms[1:]:
            total = total + term
        return to_codomains(total, y)
