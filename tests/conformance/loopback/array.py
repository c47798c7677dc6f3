"""Arrays in the memory of a device: the host sees their shape and dtype, and nothing else."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, NoReturn

import numpy as np

from riesz.errors import UnsupportedOperator

from .device import Device

SCALARS = (bool, int, float, complex, np.generic)
BINARY = (
    "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift lt le gt ge eq ne"
).split()
UNARY = "neg pos abs invert".split()
METHODS = (
    "all any argmax argmin argsort astype clip conj conjugate copy cumprod cumsum diagonal dot max "
    "mean min nonzero prod ravel repeat reshape round squeeze std sum swapaxes take trace "
    "transpose var view"
).split()


class Array:
    """One array of a device; each device has a subclass of its own, made by `array_type`."""

    __slots__ = ("_memory",)
    owner: ClassVar[Device]
    namespace: ClassVar[Any]  # what answers NumPy's functions, set by the backend
    __hash__ = None

    def __init__(self, memory: np.ndarray) -> None:
        if not self.owner.admits(memory.dtype):
            raise UnsupportedOperator(f"The device {self.owner} has no dtype {memory.dtype}.")
        self._memory = memory

    # --- what the host may know --------------------------------------------------------------

    shape = property(lambda self: self._memory.shape)
    dtype = property(lambda self: self._memory.dtype)
    ndim = property(lambda self: self._memory.ndim)
    size = property(lambda self: self._memory.size)
    nbytes = property(lambda self: self._memory.nbytes)
    itemsize = property(lambda self: self._memory.itemsize)
    strides = property(lambda self: self._memory.strides)
    flags = property(lambda self: self._memory.flags)
    device = property(lambda self: str(self.owner))

    def __len__(self) -> int:
        return len(self._memory)

    def __repr__(self) -> str:
        return f"<{self.dtype} array of shape {self.shape} on {self.owner}>"

    def item(self) -> Any:
        """The only entry as a Python number, which waits for the device."""
        self.owner.transfers.scalars += 1
        return self._memory.item()

    # --- views and computation on the device -------------------------------------------------

    T = property(lambda self: self.wrap(self._memory.T))
    mT = property(lambda self: self.wrap(self._memory.mT))  # noqa: N815
    real = property(lambda self: self.wrap(self._memory.real))
    imag = property(lambda self: self.wrap(self._memory.imag))

    def __getitem__(self, key: Any) -> Array:
        return self.wrap(self._memory[self.index(key)])

    def __setitem__(self, key: Any, value: Any) -> None:
        self._memory[self.index(key)] = self.unwrap(value)

    def __iter__(self) -> Iterator[Array]:
        return (self[i] for i in range(len(self)))

    def fill(self, value: Any) -> None:
        """Set every entry."""
        self._memory.fill(self.unwrap(value))

    @classmethod
    def index(cls, key: Any) -> Any:
        """An index as NumPy takes it: of slices, numbers and arrays of this device."""
        parts = key if isinstance(key, tuple) else (key,)
        for part in parts:
            if isinstance(part, list | np.ndarray):
                cls.refuse(part)
        return tuple(map(cls.unwrap, parts)) if isinstance(key, tuple) else cls.unwrap(key)

    # --- between the host's and the device's form --------------------------------------------

    @classmethod
    def wrap(cls, y: Any) -> Any:
        """What NumPy returned as arrays of this device; shapes, dtypes and such as they are."""
        if isinstance(y, np.ndarray | np.generic):
            return cls(np.asarray(y))
        if isinstance(y, tuple | list):
            parts = list(map(cls.wrap, y))
            return type(y)(*parts) if hasattr(y, "_fields") else type(y)(parts)
        return y

    @classmethod
    def unwrap(cls, x: Any) -> Any:
        """An argument as NumPy takes it; arrays of the host or of another device are refused."""
        if type(x) is cls:
            return x._memory
        if isinstance(x, np.ndarray | Array) or hasattr(type(x), "__array_function__"):
            cls.refuse(x)
        if type(x) in (tuple, list):
            return type(x)(map(cls.unwrap, x))
        return x

    @classmethod
    def refuse(cls, x: Any) -> NoReturn:
        """Say that x does not lie on this device."""
        raise TypeError(f"{type(x).__name__} does not lie on {cls.owner}; nothing is copied there.")

    # --- NumPy's protocols ---------------------------------------------------------------------

    def __array__(self, *args: Any, **keywords: Any) -> NoReturn:
        raise TypeError(f"An array on {self.owner} is not in the host's memory: copy it there.")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **keywords: Any) -> Any:
        """NumPy's ufuncs on arrays of this device and numbers."""
        if any(self.is_foreign(x) for x in inputs):
            return NotImplemented
        found = getattr(self.namespace, ufunc.__name__, None)
        if found is None:
            return NotImplemented
        keywords = {k: v[0] if k == "out" else v for k, v in keywords.items()}
        return (found if method == "__call__" else getattr(found, method))(*inputs, **keywords)

    def __array_function__(self, function: Any, types: Any, args: Any, keywords: Any) -> Any:
        """NumPy's functions, by the namespace's function of that name."""
        if not all(issubclass(T, Array | np.generic) for T in types):
            return NotImplemented
        part = self.namespace
        for name in function.__module__.split(".")[1:]:
            part = getattr(part, name, None)
        found = getattr(part, function.__name__, None)
        return NotImplemented if found is None else found(*args, **keywords)

    def is_foreign(self, x: Any) -> bool:
        """Whether x is neither an array of this device nor a number."""
        return not isinstance(x, (type(self), *SCALARS))

    def _refuse_number(self) -> NoReturn:
        raise TypeError(f"A number on {self.owner} is read by .item(), which waits for the device.")

    __bool__ = __int__ = __float__ = __complex__ = __index__ = _refuse_number


def _binary(function: Callable[..., Any], reflected: bool) -> Callable[..., Any]:
    def method(self: Array, other: Any) -> Any:
        if self.is_foreign(other):
            if isinstance(other, np.ndarray | Array):
                self.refuse(other)
            return NotImplemented
        x, y = self._memory, self.unwrap(other)
        return self.wrap(function(y, x) if reflected else function(x, y))

    return method


def _in_place(function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Array, other: Any) -> Any:
        if self.is_foreign(other):
            self.refuse(other)
        function(self._memory, self.unwrap(other), out=self._memory, casting="same_kind")
        return self

    return method


def _unary(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self: self.wrap(function(self._memory))


def _method(name: str) -> Callable[..., Any]:
    def method(self: Array, *args: Any, **keywords: Any) -> Any:
        args, keywords = self.unwrap(args), {k: self.unwrap(v) for k, v in keywords.items()}
        return self.wrap(getattr(self._memory, name)(*args, **keywords))

    return method


def _install() -> None:
    for name in BINARY:
        function = getattr(operator, f"__{name}__")
        setattr(Array, f"__{name}__", _binary(function, reflected=False))
        if name not in ("lt", "le", "gt", "ge", "eq", "ne"):
            setattr(Array, f"__r{name}__", _binary(function, reflected=True))
    for name, ufunc in {"add": np.add, "sub": np.subtract, "mul": np.multiply}.items():
        setattr(Array, f"__i{name}__", _in_place(ufunc))
    for name in UNARY:
        setattr(Array, f"__{name}__", _unary(getattr(operator, f"__{name}__")))
    for name in METHODS:
        setattr(Array, name, _method(name))


_install()


def array_type(device: Device) -> type[Array]:
    """The type of the arrays of one device."""
    return type("Array", (Array,), {"__slots__": (), "owner": device, "__hash__": None})
