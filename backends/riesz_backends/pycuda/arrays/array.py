"""Arrays in the device's memory: shape, strides and dtype over an allocation of PyCUDA's."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from inspect import signature
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from riesz.errors import InvalidType, InvalidValue
from riesz_backends.cuda.layout import Shape, contiguous, is_contiguous, reshaped
from riesz_backends.pycuda.device import device

DTYPES = frozenset(map(np.dtype, (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float32", "float64", "complex64", "complex128",
)))  # fmt: skip
SCALARS = (bool, int, float, complex, np.generic)


class Array:
    """An array of the device, or a view of one. The host sees its shape, dtype and strides."""

    __slots__ = ("dtype", "memory", "offset", "shape", "strides")
    __hash__ = None  # type: ignore[assignment]
    __array_priority__ = 100

    if TYPE_CHECKING:  # what `_install` adds below
        __add__: Any
        __sub__: Any
        __mul__: Any
        __rmul__: Any
        __mod__: Any
        __floordiv__: Any
        __and__: Any
        __truediv__: Any
        __invert__: Any
        __or__: Any
        __lt__: Any
        __le__: Any
        __gt__: Any
        __matmul__: Any
        astype: Any
        __ge__: Any
        copy: Any
        max: Any
        min: Any

    def __init__(
        self, memory: Any, shape: Shape, dtype: Any, strides: Shape, offset: int = 0
    ) -> None:
        """`memory`: an allocation, kept alive; `strides` and `offset` in bytes."""
        self.memory, self.shape, self.dtype = memory, shape, dtype
        self.strides, self.offset = strides, offset

    @staticmethod
    def empty(shape: Shape, dtype: Any) -> Array:
        """A new array of any content; `InvalidType` for a dtype that kernels have not."""
        dtype = np.dtype(dtype)
        if dtype not in DTYPES:
            known = ", ".join(sorted(map(str, DTYPES)))
            raise InvalidType(f"The device has no arrays of dtype {dtype}: {known}.")
        memory = device().allocate(math.prod(shape) * dtype.itemsize)
        return Array(memory, shape, dtype, contiguous(shape, dtype.itemsize))

    # --- what the host may know --------------------------------------------------------------

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of entries."""
        return math.prod(self.shape)

    @property
    def itemsize(self) -> int:
        """The bytes of an entry."""
        return int(self.dtype.itemsize)

    @property
    def nbytes(self) -> int:
        """The bytes of all entries."""
        return self.size * self.itemsize

    @property
    def pointer(self) -> int:
        """The address of the first entry; 0 where there is none."""
        return int(self.memory) + self.offset if self.size else 0

    @property
    def is_contiguous(self) -> bool:
        """Whether the entries lie one after another in C order."""
        return is_contiguous(self.shape, self.strides, self.itemsize)

    @property
    def is_readonly(self) -> bool:
        """Whether it is memory of a library that forbids to write to it."""
        return getattr(self.memory, "readonly", False)

    @property
    def __cuda_array_interface__(self) -> dict[str, Any]:
        return {
            "shape": self.shape,
            "typestr": self.dtype.str,
            "data": (self.pointer, self.is_readonly),
            "strides": None if self.is_contiguous else self.strides,
            "version": 3,
            "stream": 1,  # the legacy default stream
        }

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of an array without axes")
        return self.shape[0]

    def __repr__(self) -> str:
        return f"<{self.dtype} array of shape {self.shape} on {device().name}>"

    # --- transfers ---------------------------------------------------------------------------

    @staticmethod
    def of(x: np.ndarray[Any, Any]) -> Array:
        """A copy of a host's array."""
        x = np.ascontiguousarray(x).reshape(x.shape)
        y = Array.empty(x.shape, x.dtype)
        if y.size:
            with device().current():
                device().driver.memcpy_htod(y.pointer, x)
        return y

    def get(self) -> np.ndarray[Any, Any]:
        """A copy on the host, which waits for the device."""
        x = self if self.is_contiguous else self.copy()
        y = np.empty(self.shape, self.dtype)
        if y.size:
            with device().current():
                device().driver.memcpy_dtoh(y, x.pointer)
        return y

    def item(self) -> Any:
        """The only entry as a Python number, which waits for the device."""
        return self.get().item()

    def __array__(self, *args: Any, **keywords: Any) -> NoReturn:
        raise TypeError(
            "An array of the device is not in the host's memory: copy it with riesz.to_numpy(x)."
        )

    def _refuse_number(self) -> NoReturn:
        raise TypeError("A number on the device is read by .item(), which waits for the device.")

    __bool__ = __int__ = __float__ = __complex__ = __index__ = _refuse_number

    # --- views -------------------------------------------------------------------------------

    def view(self, dtype: Any) -> Array:
        """The same bytes along one axis as numbers of another dtype."""
        dtype = np.dtype(dtype)
        if self.ndim != 1 or not self.is_contiguous or self.nbytes % dtype.itemsize:
            raise ValueError(f"An array of shape {self.shape} has no view as {dtype}.")
        if self.pointer % dtype.itemsize:
            raise ValueError(
                f"The array begins at an address where the device reads no {dtype}: copy it first."
            )
        return self.seen((self.nbytes // dtype.itemsize,), (dtype.itemsize,), 0, dtype)

    def fill(self, x: Any) -> None:
        """Set every entry."""
        self[...] = x

    def seen(self, shape: Shape, strides: Shape, offset: int = 0, dtype: Any = None) -> Array:
        """The same memory with other axes, from `offset` bytes further on."""
        return Array(self.memory, shape, dtype or self.dtype, strides, self.offset + offset)

    def reshape(self, *shape: Any) -> Array:
        """The entries in C order in another shape: a view where that is possible."""
        wanted = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape
        target = tuple(map(int, wanted))
        if -1 in target:
            known = -math.prod(target)
            target = tuple(self.size // known if n == -1 else n for n in target)
        if math.prod(target) != self.size:
            raise ValueError(f"An array of shape {self.shape} cannot be reshaped to {target}.")
        strides = reshaped(self.shape, self.strides, target) if self.size else None
        if strides is None:
            x: Array = self.copy()
            return x.seen(target, contiguous(target, self.itemsize))
        return self.seen(target, strides)

    def ravel(self) -> Array:
        """All entries along one axis."""
        return self.reshape(self.size)

    def transpose(self, *axes: Any) -> Array:
        """The axes in another order, reversed without `axes`."""
        if len(axes) == 1 and (axes[0] is None or isinstance(axes[0], tuple | list)):
            axes = tuple(axes[0] or ())
        order = [int(i) % self.ndim for i in axes] if axes else list(range(self.ndim))[::-1]
        if sorted(order) != list(range(self.ndim)):
            raise ValueError(f"{axes} is no order of the {self.ndim} axes.")
        return self.seen(tuple(self.shape[i] for i in order), tuple(self.strides[i] for i in order))

    @property
    def T(self) -> Array:
        """The axes in reverse order."""
        return self.transpose()

    @property
    def mT(self) -> Array:
        """The last two axes exchanged."""
        return self.transpose(*range(self.ndim - 2), self.ndim - 1, self.ndim - 2)

    def _part(self, which: int) -> Array:
        half = np.dtype(f"f{self.itemsize // 2}")
        return self.seen(self.shape, self.strides, which * half.itemsize, half)

    @property
    def real(self) -> Array:
        """The real parts: a view."""
        return self._part(0) if self.dtype.kind == "c" else self

    @property
    def imag(self) -> Array:
        """The imaginary parts: a view, zeros for real numbers."""
        return self._part(1) if self.dtype.kind == "c" else self.namespace.zeros_like(self)

    def __getitem__(self, key: Any) -> Array:
        from riesz_backends.pycuda.arrays.indexing import get

        return get(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        from riesz_backends.pycuda.arrays.indexing import put

        if self.is_readonly:
            raise InvalidValue("The library that owns this array forbids to write to it: copy it.")
        put(self, key, value)

    def __iter__(self) -> Iterator[Array]:
        return (self[i] for i in range(len(self)))

    @property
    def namespace(self) -> Any:
        """The functions on arrays of the device."""
        from riesz_backends.pycuda.namespace import xp

        return xp

    # --- NumPy's protocols ---------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **keywords: Any) -> Any:
        """NumPy's ufuncs on arrays of the device and numbers."""
        if not all(isinstance(x, (Array, *SCALARS)) for x in inputs):
            return NotImplemented
        found = getattr(self.namespace, ufunc.__name__, None)
        if found is None:
            return NotImplemented
        if method == "reduce" and ufunc.__name__ in REDUCTIONS:
            found = getattr(self.namespace, REDUCTIONS[ufunc.__name__])
            keywords = {"axis": 0} | keywords
        elif method == "accumulate" and ufunc.__name__ in ACCUMULATIONS:
            found = found.accumulate
        elif method != "__call__":
            return NotImplemented
        if "out" in keywords:
            (target,) = keywords.pop("out")
            if _takes_out(found):
                return found(*inputs, out=target, **keywords)
            target[...] = found(*inputs, **keywords)
            return target
        return found(*inputs, **keywords)

    def __array_function__(self, function: Any, types: Any, args: Any, keywords: Any) -> Any:
        """NumPy's functions, by the namespace's function of that name."""
        if not all(issubclass(T, (Array, np.generic)) for T in types):
            return NotImplemented
        part = self.namespace
        for name in function.__module__.split(".")[1:]:
            part = getattr(part, name, None)
        found = getattr(part, function.__name__, None) or _of_operators(function)
        return NotImplemented if found is None else found(*args, **keywords)


@cache
def _takes_out(function: Any) -> bool:
    return "out" in signature(function).parameters


REDUCTIONS = {
    "add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min", "logical_and": "all",
    "logical_or": "any",
}  # fmt: skip


def _of_operators(function: Any) -> Any:
    """What stands for a function of NumPy's on traced values: it is made of operators."""
    from riesz.operators.constant import CONTROL, DESCRIPTION
    from riesz.registry import registry

    registry.load()
    return None if function in (*CONTROL, *DESCRIPTION) else registry.functions.get(function)


ACCUMULATIONS = {
    "add": "cumsum", "multiply": "cumprod", "maximum": "cummax", "minimum": "cummin",
}  # fmt: skip
BINARY = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power",
    "floordiv": "floor_divide", "mod": "remainder", "matmul": "matmul", "lt": "less",
    "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal", "ne": "not_equal",
    "and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor",
}  # fmt: skip
UNARY = {"neg": "negative", "pos": "positive", "abs": "absolute", "invert": "invert"}
METHODS = (
    "all any argmax argmin astype clip conj conjugate copy cumprod cumsum diagonal dot max mean "
    "min prod repeat squeeze std sum swapaxes take trace var"
).split()


def _binary(name: str, reflected: bool) -> Any:
    def method(x: Array, y: Any) -> Any:
        if not isinstance(y, (Array, *SCALARS)):
            if isinstance(y, np.ndarray):
                raise TypeError("An array of the host met one of the device; nothing is copied.")
            return NotImplemented
        function = getattr(x.namespace, name)
        return function(y, x) if reflected else function(x, y)

    return method


def _in_place(name: str) -> Any:
    def method(x: Array, y: Any) -> Any:
        return getattr(x.namespace, name)(x, y, out=x)

    return method


def _method(name: str) -> Any:
    def method(x: Array, *args: Any, **keywords: Any) -> Any:
        return getattr(x.namespace, name)(x, *args, **keywords)

    method.__name__ = name
    return method


def _install() -> None:
    for method, name in BINARY.items():
        setattr(Array, f"__{method}__", _binary(name, reflected=False))
        if method not in ("lt", "le", "gt", "ge", "eq", "ne"):
            setattr(Array, f"__r{method}__", _binary(name, reflected=True))
    for method in ("add", "sub", "mul", "truediv"):
        setattr(Array, f"__i{method}__", _in_place(BINARY[method]))
    for method, name in UNARY.items():
        setattr(Array, f"__{method}__", _method(name))
    for name in METHODS:
        setattr(Array, name, _method(name))


_install()
