"""What a traced value offers: arithmetic, indexing, an array's attributes and methods.

Every operation goes through the registry's tables, where the standard operators are registered like
anybody's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import index
from typing import Any, NoReturn

import numpy as np

from riesz.backend import select_backend
from riesz.errors import InvalidType, InvalidValue, UnsupportedOperator
from riesz.registry import registry

from .array_api import array_api
from .dispatch import FUNCTIONS, call_function, call_ufunc
from .replacement import NUMBER, RECORDED_INDEX, instead_of_conversion

NAMES = registry.names


class NoMemory(InvalidType, AttributeError):
    """A traced value was asked how it lies in memory; for `hasattr` it does not have the answer."""


class ArrayValue:
    """The array interface of a traced value, whose array (or lower value) is `self.value`."""

    __slots__ = ()
    value: Any
    tape: Any

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **keywords: Any) -> Any:
        """np.sin(x), np.add.reduce(x), array * x."""
        if method == "__call__" and not keywords and ufunc in FUNCTIONS:
            return FUNCTIONS[ufunc](*inputs)
        return call_ufunc(ufunc, method, inputs, keywords)

    def __array_function__(self, function: Any, types: Any, args: Any, keywords: Any) -> Any:
        """np.sum(x, axis=0)."""
        found = FUNCTIONS.get(function)
        return (
            found(*args, **keywords)
            if found is not None
            else call_function(function, args, keywords)
        )

    def __array__(self, *args: Any, **keywords: Any) -> NoReturn:
        """Refuse: a plain array would be a detached constant."""
        is_index = self.dtype.kind in "biu" and not self.tape.derivative
        raise InvalidType(RECORDED_INDEX if is_index else instead_of_conversion())

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return self.value.shape  # type: ignore[no-any-return]

    @property
    def dtype(self) -> Any:
        """The dtype of the elements."""
        return self.value.dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.value.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return self.value.size  # type: ignore[no-any-return]

    @property
    def nbytes(self) -> int:
        """The bytes of the elements."""
        return self.value.nbytes  # type: ignore[no-any-return]

    @property
    def itemsize(self) -> int:
        """The bytes of one element."""
        return self.value.dtype.itemsize  # type: ignore[no-any-return]

    @property
    def device(self) -> Any:
        """Where the array lies."""
        return getattr(self.value, "device", "cpu")

    def to_device(self, device: Any, /, *, stream: Any = None) -> Any:
        """The value itself, where it lies there already; nothing is copied unasked."""
        if device != self.device:
            raise InvalidValue(
                f"to_device was given {device!r}, and a traced value lies on {self.device!r}. Move "
                "the arguments before differentiating: riesz.asarray(x, backend=...)."
            )
        return self

    def __array_namespace__(self, api_version: str | None = None) -> Any:
        """The array API's functions, for traced and plain arrays."""
        return array_api(select_backend(self))

    @property
    def strides(self) -> NoReturn:
        """Refuse: there is no memory to look at."""
        raise NoMemory(instead_of_conversion())

    @property
    def T(self) -> Any:
        """The axes in reverse order."""
        return np.transpose(self)

    @property
    def mT(self) -> Any:
        """The last two axes exchanged."""
        return np.matrix_transpose(self)

    @property
    def real(self) -> Any:
        """The real part."""
        return self if self.dtype.kind != "c" else NAMES["real"](self)

    @property
    def imag(self) -> Any:
        """The imaginary part."""
        return NAMES["imag"](self)

    @property
    def flat(self) -> Any:
        """The elements, in C order, as one axis."""
        return np.ravel(self)

    def __len__(self) -> int:
        """The length of the first axis."""
        if not self.shape:
            raise InvalidType("len() of a traced value of shape (), which has no axis.")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        """The entries along the first axis."""
        return (self[i] for i in range(len(self)))

    def __contains__(self, x: Any) -> bool:
        """Whether an entry equals x."""
        return bool(np.any(self == x))

    def __getitem__(self, key: Any) -> Any:
        """x[key], with every kind of NumPy index."""
        return NAMES["getitem"](self, key)

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        """Refuse: traced values do not change."""
        raise InvalidType(
            "A traced value cannot be changed in place. Use x = riesz.at(x)[index].set(value) or "
            ".add(value), or np.where(mask, value, x)."
        )

    def __bool__(self) -> bool:
        """The truth of the value: Python's control flow follows it."""
        return bool(self.value)

    def __int__(self) -> int:
        """The integer part, which is locally constant."""
        return int(self.value)

    def __index__(self) -> int:
        """The integer, for a loop or an index, which has no derivative."""
        return index(self.value)

    def __float__(self) -> NoReturn:
        """Refuse: a Python number would be a detached constant."""
        if not self.tape.derivative:
            float(self.value)  # raises, and says what there is instead
        raise InvalidType(instead_of_conversion(NUMBER))

    __complex__ = __float__

    def item(self, *args: Any) -> NoReturn:
        """Refuse, as `float` does."""
        self.__float__()

    tolist = item

    def __divmod__(self, other: Any) -> tuple[Any, Any]:
        """The floor of the quotient, and the remainder."""
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> tuple[Any, Any]:
        """The floor of the quotient, and the remainder."""
        return other // self, other % self

    def __round__(self, decimals: int = 0) -> Any:
        """Rounded: locally constant."""
        return np.round(self, decimals)

    def __format__(self, spec: str) -> str:
        """The value, formatted."""
        return format(self.value, spec)

    def __repr__(self) -> str:
        """The value, marked as traced."""
        return f"traced({self.value!r})"

    def reshape(self, *shape: Any, order: str = "C", copy: Any = None) -> Any:
        """The same elements in another shape."""
        target = shape[0] if len(shape) == 1 else shape
        return np.reshape(self, target, order=order)  # type: ignore[call-overload]

    def transpose(self, *axes: Any) -> Any:
        """The axes permuted, reversed by default."""
        order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None
        return np.transpose(self, order)

    def astype(self, dtype: Any, **keywords: Any) -> Any:
        """The value in another dtype; integers and booleans carry no derivative."""
        return NAMES["astype"](self, dtype)

    def flatten(self, order: str = "C") -> Any:
        """The elements as one axis."""
        return np.ravel(self, order=order)  # type: ignore[call-overload]

    def __copy__(self) -> Any:
        """Itself: values do not change."""
        return self

    def __deepcopy__(self, memo: Any) -> Any:
        """Itself: values do not change."""
        return self


def _reflected(entry: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda x, y: entry(y, x)


def _method(name: str) -> Callable[..., Any]:
    function = getattr(np, name)

    def method(x: Any, *args: Any, **keywords: Any) -> Any:
        return function(x, *args, **keywords)

    method.__name__, method.__doc__ = name, f"np.{name} of the value."
    return method


def _in_place(name: str) -> Callable[..., NoReturn]:
    def method(x: Any, *args: Any, **keywords: Any) -> NoReturn:
        raise UnsupportedOperator(
            f".{name}() works in place or leaves the array world, which a traced value cannot. "
            "Use the NumPy function that returns a new array, or riesz.at(x)[index].set(value)."
        )

    return method


BINARY = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power",
    "matmul": "matmul", "mod": "remainder", "floordiv": "floor_divide",
    "and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor",
}  # fmt: skip
COMPARISON = {
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal",
    "eq": "equal", "ne": "not_equal",
}  # fmt: skip
UNARY = {"neg": "negative", "pos": "positive", "abs": "absolute", "invert": "invert"}
METHODS = (
    "sum prod mean var std max min all any argmax argmin argpartition argsort cumsum cumprod clip "
    "conj conjugate copy diagonal dot nonzero ptp ravel repeat round searchsorted squeeze swapaxes "
    "take trace"
).split()
IN_PLACE = "fill sort partition put itemset resize setfield tofile tobytes dump dumps".split()


def install(names: dict[str, Any]) -> None:
    """Bind the arithmetic of traced values to the operators registered under these names."""
    for symbol, name in BINARY.items():
        if name in names:
            entry = _function(names[name])
            setattr(ArrayValue, f"__{symbol}__", entry)
            setattr(ArrayValue, f"__r{symbol}__", _reflected(entry))
    for symbol, name in (COMPARISON | UNARY | {"getitem": "getitem"}).items():
        if name in names:
            setattr(ArrayValue, f"__{symbol}__", _function(names[name]))


def _function(operator: Any) -> Callable[..., Any]:
    # Only a plain function becomes a method, and the entry of an operator saves a call.
    return getattr(operator, "entry", None) or (lambda *x: operator(*x))


for _name in METHODS:
    setattr(ArrayValue, _name, _method(_name))
for _name in IN_PLACE:
    setattr(ArrayValue, _name, _in_place(_name))
ArrayValue.__hash__ = None  # type: ignore[assignment]
