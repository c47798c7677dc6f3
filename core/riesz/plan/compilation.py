"""`compile`: a program recorded once per signature, and replayed from then on."""

from __future__ import annotations

import contextlib
import functools
import operator
import sys
from collections.abc import Callable
from threading import RLock
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from riesz.backend import Backend, get_backend, select_backend
from riesz.calculus.argument import check_function
from riesz.errors import InvalidType
from riesz.registry import registry
from riesz.traced import Traced, strip
from riesz.tree import flatten

if TYPE_CHECKING:
    from .program import Plan

Function = Callable[..., Any]
RUN_TIME = (float, complex)
DERIVED = 64  # derivatives kept: `which` may hold a number that is another one each time


class Compiled:
    """A function that records itself once per signature; see `compile`."""

    def __init__(self, f: Function, backend: str | Backend | None) -> None:
        """`backend`: the one to compute on, None for that of the arrays."""
        registry.load()
        check_function(f)
        functools.update_wrapper(self, f, updated=())
        self.f, self.backend = f, backend
        self._plans: dict[Any, Any] = {}
        self._derived: dict[Any, Compiled] = {}
        self._lock = RLock()  # f may call itself, compiled, on constants

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """f(*args, **kwargs), by the plan for their signature."""
        leaves, structure = flatten((args, kwargs))
        if any(type(x) is Traced for x in leaves):
            return self._traced(leaves, structure)
        plan = self._plan(leaves, structure)
        return self.f(*args, **kwargs) if plan is None else plan(leaves)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """As a method: `self` is the first argument."""
        return self if instance is None else Bound(self, instance)

    def explain(self, *args: Any, **kwargs: Any) -> str:
        """What the plan for these arguments does: steps, kernels, bytes moved, buffers."""
        plan = self._plan(*flatten((args, kwargs)))
        if plan is None:
            return "not compiled: it uses a value of a derivative around it"
        return plan.explain()

    def derived(self, which: Any, f: Function) -> Compiled:
        """f, a derivative of this function, compiled when `which` is first asked for."""
        with self._lock:
            if which not in self._derived and len(self._derived) == DERIVED:
                del self._derived[next(iter(self._derived))]
            return self._derived.setdefault(which, Compiled(f, self.backend))

    def __repr__(self) -> str:
        """What is compiled, and for how many signatures."""
        return f"<compiled {getattr(self.f, '__name__', self.f)!r}, {len(self._plans)} plan(s)>"

    def __reduce__(self) -> Any:
        """Pickled and copied without its plans; a decorated function, by its name."""
        name = getattr(self, "__qualname__", "")
        with contextlib.suppress(AttributeError):
            if operator.attrgetter(name)(sys.modules.get(self.__module__)) is self:
                return name
        name = getattr(self.backend, "name", self.backend)
        return Compiled, (self.f, name)

    def _traced(self, leaves: list[Any], structure: Any) -> Any:
        """One step of the derivative around it, or a part of the program that is being recorded."""
        values = [strip(x) for x in leaves]
        inside = any(type(x) is Traced for x in values)
        plan = None if inside else self._plan(values, structure)
        if plan is None or not plan.gives_arrays:
            args, kwargs = structure.unflatten(leaves)
            return self.f(*args, **kwargs)
        if plan.operator is None:
            from .embedding import embedded

            plan.operator = embedded(self.f, plan, values, structure)
        return plan.result.unflatten(plan.operator(*filter(is_recorded, leaves)))

    def _plan(self, leaves: list[Any], structure: Any) -> Plan | None:
        backend = get_backend(self.backend) if self.backend else _backend_of(leaves)
        key = (structure, backend.name, *map(_signature, leaves))
        try:
            return self._plans[key]  # type: ignore[no-any-return]
        except KeyError:
            pass
        except TypeError as error:
            raise InvalidType(
                f"An argument of the compiled {getattr(self.f, '__name__', self.f)} is neither an "
                f"array nor a value that can be compared and hashed ({error}), so that no plan "
                "can be found again for it. Pass it by a closure, or as arrays."
            ) from error
        with self._lock:
            if key not in self._plans:
                from .program import Plan, record

                found = record(self.f, leaves, structure, backend)
                self._plans[key] = None if found is None else Plan(found, backend)
            return self._plans[key]  # type: ignore[no-any-return]


class Bound(functools.partial[Any]):
    """A compiled method with its `self`."""

    def explain(self, *args: Any, **kwargs: Any) -> str:
        """What the plan for these arguments does."""
        return self.func.explain(*self.args, *args, **kwargs)  # type: ignore[attr-defined, no-any-return]


@overload
def compile(f: Function, backend: str | Backend | None = None) -> Compiled: ...
@overload
def compile(*, backend: str | Backend | None = None) -> Callable[[Function], Compiled]: ...
def compile(f: Function | None = None, backend: str | Backend | None = None) -> Any:
    """A function equal to f, recorded once per signature and replayed from then on.

    The signature is the trees of the arguments, the shape and dtype of each array, and the value
    of what is no array (a Python int, a string, a bool: they may steer the program; a Python float
    is a number of run time). f may be a derivative: `riesz.compile(riesz.value_and_grad(f))`
    records the derivative rules too. Arrays that f takes from outside are constants of the plan,
    and so are random numbers that it draws: pass what is to change. Results are arrays of their
    own, scalars where they have no axes.

    `@riesz.compile` and `@riesz.compile(backend="native")` decorate functions and methods. The
    `self` of a method is an argument like others: the arrays of a dataclass are inputs; any other
    object is static, found again by its hash and equality, and arrays it holds are constants.

    A compiled function may stand inside an eager derivative, in a loop of Python's for example: it
    is one step there, whose adjoint and tangent are compiled as well, and keeps its arguments only.

    On a backend that makes kernels (`native`), elementwise steps and the reductions after them
    become one kernel. `.explain(*args)` says what a plan does. May be called from several threads
    at once. Raises UnsupportedOperator where f's control flow asks for the value of an array.

    >>> import numpy as np, riesz
    >>> f = riesz.compile(riesz.value_and_grad(lambda x: np.sum(np.sin(x) ** 2)))
    >>> f(np.array([0.0, 1.0]))[1].round(3)
    array([0.   , 0.909])
    """
    if f is None:
        return functools.partial(Compiled, backend=backend)
    return Compiled(f, backend)


def _backend_of(leaves: list[Any]) -> Any:
    return select_backend(*[x for x in leaves if hasattr(x, "dtype")])


def _signature(x: Any) -> Any:
    dtype = getattr(x, "dtype", None)
    if dtype is not None:
        return type(x), x.shape, dtype
    return type(x) if type(x) in RUN_TIME else (type(x), x)


def is_recorded(x: Any) -> bool:
    """Whether a leaf is an input of the plan, not a static value."""
    return hasattr(x, "dtype") or type(x) in RUN_TIME


def described(x: Any) -> tuple[tuple[int, ...], Any, bool]:
    """Shape, dtype and whether it is a Python number, of an input."""
    if hasattr(x, "dtype"):
        dtype = np.dtype(x.dtype)
        if dtype.kind not in "biufc" or isinstance(x, np.ma.MaskedArray | np.matrix):
            raise InvalidType(
                f"A compiled function was given a {type(x).__name__} of dtype {dtype}; arrays of "
                "numbers or booleans are expected. Pass np.asarray(x, dtype=float), and a mask as "
                "an argument of its own."
            )
        return tuple(x.shape), dtype, False
    return (), np.asarray(x).dtype, True
