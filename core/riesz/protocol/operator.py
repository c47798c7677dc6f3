"""`Operator`: forward, adjoint, metric in full, and what follows from them.

    forward(xp, *x, **static)        y = F(x_1, ..., x_k)
    adjoint(xp, a, y, *x, **static)  (d_1F(x)'a, ..., d_kF(x)'a), transposes between the dual spaces
    metric(*X, **static)             the space of y

`tangent(xp, u, y, *x, **static)`, dF(x)u, is optional: without it the adjoint is transposed.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from riesz.backend import Backend, namespace, select_backend
from riesz.backend.absence import LACKING, unsupported
from riesz.errors import InvalidType, InvalidValue, RieszError, UnsupportedOperator
from riesz.frozen import freeze
from riesz.lazy import Part
from riesz.project import to_codomain
from riesz.registry import registry
from riesz.tape import Tape
from riesz.traced import Traced, apply

from .covector import covector, flat, nothing_returned
from .signature import Reads, array_parameters, check_signatures, static_parameters
from .transposition import transpose_adjoint

Rule = Callable[..., Any]


class Operator:
    """A differentiable map between spaces, callable on arrays, traced values and scalars."""

    __riesz_registers__ = "operator"
    kind = "operator"
    inlined = False  # whether a plan records the operators of `forward` instead of this one
    broadcasts = False  # whether arguments may be, so that their covectors are summed
    reads_result = 1  # adjoint(xp, a, y, *x): one parameter, y, between a and the arguments

    def __init__(self, rules: type) -> None:
        """Take the rules from a class: `forward`, `adjoint`, `metric`, maybe `tangent`."""
        self.name = rules.__name__.rstrip("_")
        self.__name__ = rules.__name__
        self.__module__ = rules.__module__
        self.__doc__ = inspect.getdoc(rules)
        self.family = rules.__module__.rpartition(".")[2]
        self.forward: Rule = _rule(rules, "forward")
        self.adjoint: Rule | None = _rule(rules, "adjoint")
        self.metric: Rule = _rule(rules, "metric")
        self.tangent: Rule | None = vars(rules).get("tangent")
        self._check_signatures()
        self.constant = self.adjoint is None
        self.arity = array_parameters(self.forward, 1)
        self.static = static_parameters(self.forward)
        self.real_only = bool(vars(rules).get("real_only", False))
        self.inlined = bool(vars(rules).get("inlined", False))
        self.broadcasts = bool(vars(rules).get("broadcasts", False))
        self._reads = Reads(self.adjoint or self.forward, 2 if self.adjoint else 1)
        self._tangent_reads = Reads(self.tangent, 2) if self.tangent else None
        if self.real_only:
            self.forward = _of_reals(self.name, self.forward)

    def __call__(self, *x: Any, **static: Any) -> Any:
        """F(x): an array, or a traced value where an argument is one."""
        if len(x) != self.arity and self.arity is not None:
            named = f", and by keyword {', '.join(self.static)}" if self.static else ""
            raise InvalidType(
                f"{self.name} takes {self.arity} array(s){named}, but was given {len(x)} array(s)."
            )
        return apply(self, x, static)

    def __repr__(self) -> str:
        """Name and kind."""
        return f"<riesz {self.kind} {self.name!r}>"

    def __reduce__(self) -> str:
        """As a function: pickled by the name it has in its module, and never copied."""
        return self.__name__

    def evaluate(self, x: tuple[Any, ...], static: dict[str, Any]) -> Any:
        """F(x) on plain arrays: the backend's kernel if it has one, else `forward` on its xp."""
        registry.load()
        backend = select_backend(*x)
        kernel = self._kernel(backend, "forward")
        if kernel is not None:
            return kernel(*x, **static)
        try:
            return self.forward(backend.xp, *x, **static)
        except Exception as error:
            self.explain(error, *x)
            raise

    def _check_signatures(self) -> None:
        y = "y, " * self.reads_result
        forms = {
            "forward": "xp, *x", "adjoint": f"xp, a, {y}{'*X' if self.kind == 'linear' else '*x'}",
            "metric": "*X", "tangent": "xp, u, y, *x",
        }  # fmt: skip
        rules = {step: getattr(self, step) for step in forms}
        check_signatures(self.name, {k: v for k, v in rules.items() if v is not None}, forms)

    def explain(self, error: Exception, *values: Any) -> None:
        """Raise what a backend lacks as such; note where any other error of a rule comes from."""
        if isinstance(error, LACKING):
            arrays = [v for value in values for v in flat(value) if hasattr(v, "sum")]
            error = unsupported(error, self.name, select_backend(*arrays))
        if isinstance(error, RieszError):
            raise error from error.__cause__
        shapes = [str(v.shape) for value in values for v in flat(value) if hasattr(v, "shape")]
        hint = " It reads what it is given, and writes into a copy." * ("read-only" in str(error))
        error.add_note(f"In a rule of {self.name}, given shapes {', '.join(shapes)}.{hint}")

    def record(
        self, tape: Tape, nodes: tuple[int, ...], x: tuple[Any, ...], active: tuple[bool, ...],
        static: dict[str, Any],
    ) -> Any:  # fmt: skip
        """Evaluate and append the step to a tape; several results are its parts."""
        y = apply(self, x, static)
        positions = tuple([i for i, on in enumerate(active) if on])
        kept_y, kept_x = self.save(y, x)
        for v, on in zip(kept_x, active, strict=True):
            if not on:
                freeze(tape, v)
        whole = tape.append(y, _pull, (self, kept_y, kept_x, positions, static), nodes)
        if not isinstance(y, tuple):
            return whole
        return tuple(tape.append(yi, _part, (i, len(y)), (whole.node,)) for i, yi in enumerate(y))

    def save(self, y: Any, x: tuple[Any, ...]) -> tuple[Any, list[Any]]:
        """What the adjoint reads of the result and of the arguments: values or only spaces."""
        kept = self._reads.take((y, *x)) if self.reads_result else [None, *self._reads.take(x)]
        return kept[0], kept[1:]

    def pull(
        self, a: Any, y: Any, x: list[Any], active: tuple[int, ...], static: dict[str, Any]
    ) -> tuple[Any, ...]:
        """The covectors dF(x)'a of the active arguments, each in its argument's dual space."""
        rule = self._adjoint_rule(a, y, *x)
        try:
            result = rule(a, *((y,) * self.reads_result), *x, **static)
        except Exception as error:
            self.explain(error, a, y, *x)
            raise
        if result is None:
            raise nothing_returned(self)
        covectors = flat(result)
        if len(covectors) != len(x):
            raise InvalidValue(
                f"The adjoint of {self.name} returned {len(covectors)} covector(s) for {len(x)} "
                "argument(s). Return one for each, None where there is no derivative."
            )
        return tuple([covector(self, covectors[i], x[i], i, a) for i in active])

    def push(self, u: list[Any], y: Any, x: tuple[Any, ...], static: dict[str, Any]) -> Any:
        """The tangent dF(x)u; `u` holds None for an argument without one."""
        if self.tangent is None or self._tangent_reads is None:
            return transpose_adjoint(self, u, y, x, static)
        xp = namespace(*flat(y), *x, *(v for v in u if v is not None))
        y_, *x_ = self._tangent_reads.take((y, *x))
        try:
            return to_codomains(self.tangent(xp, tuple(u), y_, *x_, **static), y)
        except Exception as error:
            self.explain(error, *x)
            raise

    def _adjoint_rule(self, *values: Any) -> Rule:
        """The adjoint on the namespace of these values, or the backend's own kernel for it."""
        arrays = [v for value in values for v in flat(value) if hasattr(v, "sum")]
        if registry.kernels and not any(type(v) is Traced for v in arrays):
            kernel = self._kernel(select_backend(*arrays), "adjoint")
            if kernel is not None:
                return kernel
        if self.adjoint is None:
            raise UnsupportedOperator(f"{self.name} is declared without a derivative.")
        return partial(self.adjoint, namespace(*arrays))

    def _kernel(self, backend: Backend, step: str) -> Rule | None:
        """What replaces a rule of this operator, not of another one of its name, on a backend."""
        kernel = registry.kernels.get((self.name, backend.name, step)) if registry.kernels else None
        if kernel is None or registry.operators.get(self.name) is not self:
            return None
        return _of_reals(self.name, kernel) if self.real_only and step == "forward" else kernel

    @property
    def has_kernels(self) -> bool:
        """Whether some backend brings a kernel for a rule of this operator."""
        named = any(name == self.name for name, _, _ in registry.kernels)
        return named and registry.operators.get(self.name) is self


def _part(a: Any, i: int, n: int) -> tuple[Part]:
    return (Part(a, i, n),)


def _pull(
    a: Any, op: Operator, y: Any, x: list[Any], active: tuple[int, ...], static: dict[str, Any]
) -> tuple[Any, ...]:
    return op.pull(a, y, x, active, static)


def _rule(rules: type, name: str) -> Any:
    if name not in vars(rules):
        hint = " (adjoint = None declares an operator without derivative)" * (name == "adjoint")
        raise InvalidType(
            f"The operator {rules.__name__} has no {name!r}. Define forward, adjoint and metric as "
            f"plain functions in its class{hint}."
        )
    return vars(rules)[name]


def _of_reals(name: str, rule: Rule) -> Rule:
    @wraps(rule)
    def checked(*arguments: Any, **static: Any) -> Any:
        if any(getattr(getattr(x, "dtype", None), "kind", "") == "c" for x in arguments):
            raise InvalidType(
                f"{name} is defined for real arguments and was given a complex one. "
                "Take .real, .imag or abs first."
            )
        return rule(*arguments, **static)

    return checked


def to_codomains(u: Any, y: Any) -> Any:
    """A tangent of the result, or one for each of several, as `to_codomain` makes it."""
    if isinstance(y, tuple):
        return tuple(
            None if ui is None else to_codomain(ui, yi) for ui, yi in zip(u, y, strict=True)
        )
    return None if u is None else to_codomain(u, y)
