"""`Elementwise`: an operator stated as one formula, printed once per situation.

Recording an elementwise step is the hot path of eager mode: the rules for a situation (which
arguments are active, their dtypes, whether anything is broadcast) are printed at the first
encounter and found again by a small key.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from ..backend import namespace, select_backend
from ..errors import InvalidType
from ..formula import python
from ..formula.formula import Formula, trace
from ..formula.situation import Situation
from ..formula.vocabulary import INFIX, SPECIAL
from ..registry import registry
from ..space import Space
from ..traced import apply
from .operator import Operator
from .signature import array_parameters, static_parameters

Rule = Callable[..., Any]


class Variant:
    """The printed rules of one situation; `positions` are the active arguments."""

    __slots__ = ("adjoint", "positions", "save", "save_tangent", "tangent")

    def __init__(self, formula: Formula, s: Situation, xp: Any) -> None:
        """Print and bind adjoint and tangent."""
        adjoint, tangent = python.adjoint(formula, s), python.tangent(formula, s)
        self.positions = s.positions
        self.adjoint, self.tangent = adjoint.bind(xp), tangent.bind(xp)
        self.save = python.save(formula, adjoint.reads).bind(xp)
        self.save_tangent = python.save(formula, tangent.reads).bind(xp)


class Elementwise(Operator):
    """F(x)_i = phi(x_i), broadcasting its arguments."""

    kind = "elementwise"

    def __init__(self, function: Callable[..., Any], real_only: bool = False) -> None:
        """`function(m, *x, **static)` returns the value, or the value and its partials."""
        self.function = function
        self.name = function.__name__.rstrip("_")
        self.__name__ = function.__name__
        self.__module__ = function.__module__
        self.__doc__ = inspect.getdoc(function)
        self.family = function.__module__.rpartition(".")[2]
        self.arity = array_parameters(function, 1)
        self.static = static_parameters(function)
        self.real_only = real_only
        self._formulas: dict[Any, Formula] = {}
        self._variants: dict[Any, Variant] = {}
        self._bound: dict[Any, Rule] = {}

    @property
    def constant(self) -> bool:  # type: ignore[override]
        """Whether no argument has a derivative."""
        defaults = {k: v for k, v in self.static.items() if v is not inspect.Parameter.empty}
        return len(defaults) == len(self.static) and self.formula(**defaults).constant

    def formula(self, **static: Any) -> Formula:
        """The expression graph for these static parameters."""
        key = tuple(sorted(static.items())) if static else ()
        if key not in self._formulas:
            self._formulas[key] = trace(self.function, self.arity or 0, static)
        return self._formulas[key]

    def __call__(self, *x: Any, **static: Any) -> Any:
        """phi(x), broadcast; traced where an argument is."""
        return apply(self, x, static)

    def evaluate(self, x: tuple[Any, ...], static: dict[str, Any]) -> Any:
        """phi(x) on plain arrays, by a rule bound once per types of the arguments."""
        key = (*map(type, x), *static.items()) if static else tuple(map(type, x))
        rule = self._bound.get(key)
        if rule is None:
            rule = self._bound[key] = self._bind(x, static)
        try:
            return rule(*x)
        except TypeError as error:
            raise self._explained(x, error) from error

    def variant(
        self, values: tuple[Any, ...], y: Any, active: tuple[bool, ...], static: dict[str, Any]
    ) -> Variant:
        """The printed rules for these values, of which `active` are differentiated."""
        key = (active, y.dtype, *map(_kind, values), *(_shape(v) == y.shape for v in values))
        key = (*key, *static.items()) if static else key
        found = self._variants.get(key)
        if found is None:
            found = self._variants[key] = self._print(values, y, active, static)
        return found

    def push(self, u: list[Any], y: Any, x: tuple[Any, ...], static: dict[str, Any]) -> Any:
        """The sum of partial * u, printed for the situation."""
        variant = self.variant(x, y, tuple([ui is not None for ui in u]), static)
        tangents = [u[i] for i in variant.positions]
        return variant.tangent(*tangents, *variant.save_tangent(y, *x))

    def metric(self, *X: Any, **static: Any) -> Space:
        """The broadcast shape, and the dtype that NumPy's promotion gives."""
        import numpy as np

        probes = [np.ones((), X_.dtype) if isinstance(X_, Space) else X_ for X_ in X]
        shape = np.broadcast_shapes(*(X_.shape for X_ in X if isinstance(X_, Space)))
        return Space.bare(shape, self.evaluate(tuple(probes), static).dtype)

    def _bind(self, x: tuple[Any, ...], static: dict[str, Any]) -> Rule:
        backend = select_backend(*x)
        kernel = registry.kernels.get((self.name, backend.name, "forward"))
        if kernel is not None:
            return lambda *x: kernel(*x, **static)
        formula = self.formula(**static)
        return _single_call(formula, backend.xp) or python.forward(formula).bind(backend.xp)

    def _print(
        self, values: tuple[Any, ...], y: Any, active: tuple[bool, ...], static: dict[str, Any]
    ) -> Variant:
        formula = self.formula(**static)
        is_complex = tuple(_is_complex(v) for v in values)
        same = tuple(_shape(v) == y.shape and getattr(v, "dtype", None) == y.dtype for v in values)
        if any(is_complex) and not formula.holomorphic:
            raise InvalidType(
                f"{self.name} mixes real-valued functions of a complex argument, so its partials "
                "cannot be derived. State them in the formula, or use real arguments."
            )
        return Variant(formula, Situation(active, is_complex, same, _is_complex(y)), namespace(*values))

    def _explained(self, x: tuple[Any, ...], error: TypeError) -> TypeError:
        if self.real_only and any(map(_is_complex, x)):
            return InvalidType(
                f"{self.name} is defined for real arguments and was given a complex one. "
                "Take .real, .imag or abs first."
            )
        return error


def _single_call(f: Formula, xp: Any) -> Rule | None:
    """The vocabulary function itself, where the formula is nothing but a call of it."""
    value, leaves = f.value, tuple(f.symbols.argument(i) for i in range(f.arity))
    if getattr(value, "args", None) != leaves or value.name == "power" and "power" in INFIX:
        return None
    rule: Rule = getattr(xp.special if value.name in SPECIAL else xp, value.name)
    return rule


def _kind(x: Any) -> Any:
    return (type(x), x.dtype) if hasattr(x, "dtype") else type(x)


def _shape(x: Any) -> tuple[int, ...]:
    return x.shape if hasattr(x, "shape") else ()


def _is_complex(x: Any) -> bool:
    return x.dtype.kind == "c" if hasattr(x, "dtype") else type(x) is complex
