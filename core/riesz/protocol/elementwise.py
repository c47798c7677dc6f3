"""`Elementwise`: an operator stated as one formula, printed once per situation.

Recording an elementwise step is the hot path of eager mode. What it does depends on the situation
only (which arguments are active, their types and dtypes, whether one is broadcast); that is the key
under which the printed rules are found again.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

import numpy as np

from riesz.backend import namespace, select_backend, without_lists
from riesz.backend.absence import LACKING
from riesz.errors import InvalidType
from riesz.formula import python
from riesz.formula.formula import Formula, trace
from riesz.formula.situation import Situation
from riesz.formula.vocabulary import SPECIAL
from riesz.space import Space
from riesz.tape import Tape
from riesz.traced import Traced, apply

from .operator import Operator
from .recorder import PYTHON, binary, unary, whole
from .signature import array_parameters, static_parameters
from .variant import Variant

Rule = Callable[..., Any]
MOST_FORMULAS = 256  # of one operator: a parameter may be another number in every call, as in x**p


class Elementwise(Operator):
    """F(x)_i = phi(x_i), broadcasting its arguments."""

    kind = "elementwise"

    def __init__(self, function: Callable[..., Any], real_only: bool = False) -> None:
        """`function(m, *x, **static)` returns the value, or the value and its partials."""
        self.function = function
        self.name = function.__name__.rstrip("_")
        self.__name__ = function.__name__
        self.__module__ = function.__module__ or "__main__"  # None for what exec has run
        self.__doc__ = inspect.getdoc(function)
        self.family = self.__module__.rpartition(".")[2]
        self.functions: tuple[Any, ...] = ()
        self.arity = array_parameters(function, 1)
        if not self.arity or self.arity < 0:
            raise InvalidType(
                f"The formula {self.name} takes no array, or any number of them. Its first "
                "parameter is m, which has the functions it is made of, and one follows for each "
                f"array: def {self.name}(m, x): return m.exp(x)."
            )
        self.static = static_parameters(function)
        self.real_only = real_only
        self._formulas: dict[Any, Formula] = {}
        self._variants: dict[Any, Variant] = {}
        self._bound: dict[Any, Rule] = {}
        self.remembered: list[dict[Any, Any]] = [self._variants, self._bound]
        self.entry = self._entry()
        self.entry.__qualname__ = self.name  # for TypeErrors: which function takes 1 argument

    def __call__(self, *x: Any, **static: Any) -> Any:
        """phi(x), broadcast; traced where an argument is."""
        return self.entry(*x, **static)

    def _entry(self) -> Rule:
        """The function behind a call: a recorder where the operator is simple enough for one."""
        if not self.static and self.arity in (1, 2):
            return unary(self) if self.arity == 1 else binary(self)

        def call(*x: Any, **static: Any) -> Any:
            self._check(x, static)
            return apply(self, without_lists(*x), static)

        return call

    def _check(self, x: tuple[Any, ...], static: dict[str, Any]) -> None:
        if len(x) != self.arity:
            raise InvalidType(f"{self.name} takes {self.arity} array(s), but was given {len(x)}.")
        try:
            hash(tuple(static.values()))
        except TypeError:
            name, value = next((k, v) for k, v in static.items() if not _is_hashable(v))
            raise InvalidType(
                f"{self.name} was given {name}={value!r:.60}, but its keywords are constants that "
                "can be hashed, such as numbers and tuples. Make it a parameter before the *."
            ) from None

    @cached_property
    def constant(self) -> bool:  # type: ignore[override]
        """Whether no argument has a derivative, whatever the static parameters."""
        return not self.static and self.formula().constant

    @cached_property
    def diagonal(self) -> Elementwise:
        """phi(x, x) as an operator of x: one partial instead of two covectors and their sum."""

        def function(m: Any, x: Any) -> Any:
            result = self.function(m, x, x)
            if not isinstance(result, tuple):
                return result  # its partial is derived
            stated = [p for p in result[1:] if p is not None]
            total = sum(stated[1:], stated[0]) if stated else None
            return result[0], None if isinstance(total, int) and total == 0 else total

        function.__name__, function.__doc__ = self.__name__, self.__doc__
        return Elementwise(function, self.real_only)

    def forget(self) -> None:
        """Print anew from now on: the kernels that may replace a rule have changed."""
        for rules in self.remembered:
            rules.clear()

    def formula(self, **static: Any) -> Formula:
        """The expression graph for these static parameters."""
        key = tuple(static.items())
        found = self._formulas.get(key)
        if found is None:
            if len(self._formulas) == MOST_FORMULAS:
                self._formulas.clear()
                self.forget()
            found = self._formulas[key] = trace(self.function, self.arity or 0, static)
        return found

    def evaluate(self, x: tuple[Any, ...], static: dict[str, Any]) -> Any:
        """phi(x) on plain arrays."""
        try:
            return self._rule(x, static)(*x)
        except (TypeError, *LACKING) as error:
            self._refuse_complex(x)
            self.explain(error, *x)
            raise

    def record(
        self, tape: Tape, nodes: tuple[int, ...], x: tuple[Any, ...], active: tuple[bool, ...],
        static: dict[str, Any],
    ) -> Any:  # fmt: skip
        """Evaluate and append the step to a tape."""
        parents = nodes[0] if len(nodes) == 1 else nodes
        return self.variant(x, active, static).record(tape, parents, *x)

    def push(self, u: list[Any], y: Any, x: tuple[Any, ...], static: dict[str, Any]) -> Any:
        """The sum of partial * u, printed for the situation."""
        variant = self.variant(x, tuple([ui is not None for ui in u]), static)
        return variant.tangent(*[u[i] for i in variant.positions], y, *x)

    def metric(self, *X: Any, **static: Any) -> Space:
        """The broadcast shape, and the dtype that NumPy's promotion gives."""
        shape = np.broadcast_shapes(*(shape_of(Xi) for Xi in X))
        return Space.bare(shape, self._result_dtype(X, static))

    def variant(
        self, x: tuple[Any, ...], active: tuple[bool, ...], static: dict[str, Any]
    ) -> Variant:
        """The printed rules for arguments like x, of which `active` are differentiated."""
        shapes = tuple(map(shape_of, x))
        key = (active, *map(kind_of, x), whole(*shapes))
        key = (*key, *static.items()) if static else key
        found: Variant | None = self._variants.get(key)
        if found is None and self.has_kernels:  # which hold for one backend only
            key = (select_backend(*x).name, *key)
            found = self._variants.get(key)
        if found is None:
            try:
                found = self._variants[key] = self._print(x, active, static, whole(*shapes))
            except LACKING as error:
                self.explain(error, *x)
                raise
        return found

    def _print(
        self, x: tuple[Any, ...], active: tuple[bool, ...], static: dict[str, Any], full: Any
    ) -> Variant:
        self._refuse_complex(x)
        formula, dtype = self.formula(**static), self._result_dtype(x, static)
        if dtype.kind not in "biufc":
            raise InvalidType(
                f"{self.name} of the dtypes {', '.join(str(getattr(v, 'dtype', v)) for v in x)} "
                "has no derivative. Use arrays of numbers: x.astype(float)."
            )
        is_complex = tuple(map(complex_kind, x))
        if any(is_complex) and not formula.holomorphic:
            raise InvalidType(
                f"{self.name} mixes real-valued functions of a complex argument, so its partials "
                "cannot be derived. State them in the formula, or use real arguments."
            )
        same = tuple(f and getattr(v, "dtype", None) == dtype for f, v in zip(full, x, strict=True))
        situation = Situation(active, is_complex, same, dtype.kind == "c")
        if not formula.constant and not self._keeps_dtype(formula, situation, x, static):
            situation = Situation(active, is_complex, (False,) * len(x), dtype.kind == "c")
        forward, adjoint = self._forward(x, static), self._own_adjoint(x, static)
        return Variant(formula, situation, x, forward, adjoint)

    def _own_adjoint(self, x: tuple[Any, ...], static: dict[str, Any]) -> Rule | None:
        """The backend's kernel for the adjoint, on arguments that are arrays of its."""
        if not self.has_kernels or any(type(v) is Traced for v in x):
            return None
        kernel = self._kernel(select_backend(*x), "adjoint")
        return partial(kernel, **static) if kernel and static else kernel

    def _keeps_dtype(
        self, f: Formula, s: Situation, x: tuple[Any, ...], static: dict[str, Any]
    ) -> bool:
        """Try the printed adjoint on one element: numbers in a formula may widen its result.

        A function of numbers alone may give a number on a device, and a double where a program is
        recorded, so a result is projected wherever numbers are arguments.
        """
        if "host" not in select_backend(*x).capabilities and not PYTHON.isdisjoint(map(type, x)):
            return False
        x = _probes(x)
        with np.errstate(all="ignore"):
            y = self.evaluate(x, static)
            values = {"y": y, **{f"x{i}": v for i, v in enumerate(x)}}
            values |= {f"X{i}": Space.of(v) for i, v in enumerate(x)}
            adjoint = python.adjoint(f, s)
            rule = adjoint.bind(namespace(*x))
            a = namespace(y).ones(y.shape, dtype=y.dtype)
            result = rule(a, *(values[name] for name in adjoint.reads))
        found = result if isinstance(result, tuple) else (result,)
        wanted = [x[i].dtype for i in s.positions]
        return all(g is None or g.dtype == w for g, w in zip(found, wanted, strict=True))

    def _forward(self, x: tuple[Any, ...], static: dict[str, Any]) -> Rule:
        if any(type(v) is Traced for v in x):
            return lambda *x: apply(self, x, static)
        return self._rule(x, static)

    def _rule(self, x: tuple[Any, ...], static: dict[str, Any]) -> Rule:
        key = (*map(type, x), *static.items()) if static else tuple(map(type, x))
        rule: Rule | None = self._bound.get(key)
        if rule is None and self.has_kernels:
            key = (select_backend(*x).name, *key)
            rule = self._bound.get(key)
        if rule is None:
            rule = self._bound[key] = self._bind(x, static)
        return rule

    def _bind(self, x: tuple[Any, ...], static: dict[str, Any]) -> Rule:
        backend = select_backend(*x)
        kernel = self._kernel(backend, "forward")
        if kernel is not None:
            return lambda *x: kernel(*x, **static)
        formula = self.formula(**static)
        if getattr(formula.value, "name", "") == "power" and PYTHON.isdisjoint(map(type, x)):
            return python.forward(formula).bind(backend.xp)  # x ** p, to the last digit
        return _single_call(formula, backend.xp) or python.forward(formula).bind(backend.xp)

    def _result_dtype(self, x: tuple[Any, ...], static: dict[str, Any]) -> Any:
        with np.errstate(all="ignore"):
            return self.evaluate(_probes(x), static).dtype

    def _refuse_complex(self, x: tuple[Any, ...]) -> None:
        if self.real_only and any(map(complex_kind, x)):
            raise InvalidType(
                f"{self.name} is defined for real arguments and was given a complex one. "
                "Take .real, .imag or abs first."
            )


def _is_hashable(x: Any) -> bool:
    try:
        hash(x)
    except TypeError:
        return False
    return True


def _single_call(f: Formula, xp: Any) -> Rule | None:
    """The vocabulary function itself, where the formula is nothing but a call of it."""
    value, leaves = f.value, tuple(f.symbols.argument(i) for i in range(f.arity))
    if getattr(value, "args", None) != leaves:
        return None
    rule: Rule = getattr(xp.special if value.name in SPECIAL else xp, value.name)
    return rule


def _probes(x: tuple[Any, ...]) -> tuple[Any, ...]:
    """Plain arrays of one element, all of one backend, with the promotion behaviour of x.

    A program that is recorded for a device may bring constants of the host, such as a seed.
    """
    xp = np if any(isinstance(v, Space) for v in x) else select_backend(*x).xp
    return tuple(_probe(v, xp) for v in x)


def _probe(x: Any, xp: Any) -> Any:
    if not hasattr(x, "dtype"):
        return x
    return x.dtype.type(1) if isinstance(x, np.generic) else xp.ones((1,), dtype=x.dtype)


def kind_of(x: Any) -> Any:
    """What of an argument the printed rules depend on, its shape apart."""
    return (type(x), x.dtype) if hasattr(x, "dtype") else type(x)


def shape_of(x: Any) -> tuple[int, ...]:
    """The shape of an array, () for a Python scalar."""
    return x.shape if hasattr(x, "shape") else ()


def complex_kind(x: Any) -> bool:
    """Whether an argument is complex."""
    return x.dtype.kind == "c" if hasattr(x, "dtype") else type(x) is complex
