"""`xp` of a device: NumPy's functions, on its own arrays only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .array import Array

PARTS = ("fft", "linalg", "special")


class Namespace:
    """The functions of a module of the host, wrapped when first asked for."""

    def __init__(
        self, module: Any, array: type[Array], parts: tuple[str, ...] | None = None
    ) -> None:
        """`parts`: those of fft, linalg and special that the device has; None within one."""
        self._module, self._array, self._parts = module, array, parts

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or (self._is_part(name) and name not in self._parts):
            raise AttributeError(f"no {name} on {self._array.owner}", name=name, obj=self)
        value = self._wrapped(name, getattr(self._module, name))
        setattr(self, name, value)
        return value

    def _is_part(self, name: str) -> bool:
        return self._parts is not None and name in PARTS

    def __repr__(self) -> str:
        return f"<namespace of {self._array.owner}>"

    def asarray(self, x: Any, dtype: Any = None, **keywords: Any) -> Any:
        """x on this device; what comes from the host is counted."""
        return self._made(np.asarray, x, dtype, **keywords)

    def array(self, x: Any, dtype: Any = None, **keywords: Any) -> Any:
        """A copy of x on this device; what comes from the host is counted."""
        return self._made(np.array, x, dtype, **keywords)

    def broadcast_to(self, x: Any, shape: Any) -> Any:
        """A view that cannot be written."""
        return self._array.wrap(np.broadcast_to(self._array.unwrap(x), shape))

    def _made(self, make: Any, x: Any, dtype: Any, **keywords: Any) -> Any:
        if type(x) is self._array:
            return self._array(make(x._memory, dtype=dtype, **keywords))
        if isinstance(x, Array):
            self._array.refuse(x)
        if np.ndim(x):
            self._array.owner.transfers.up += 1
        return self._array(np.array(x, dtype=dtype, **keywords))

    def _wrapped(self, name: str, value: Any) -> Any:
        if self._is_part(name):
            return Namespace(value, self._array)
        if isinstance(value, np.ufunc):
            return ufunc(value, self._array)
        return value if isinstance(value, type) or not callable(value) else self._function(value)

    def _function(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return on_device(function, self._array)


class Returning(Namespace):
    """The same functions, which return their results and write into no array they are given."""

    def __getattr__(self, name: str) -> Any:
        if name == "copyto":
            raise AttributeError(f"nothing is written on {self._array.owner}", name=name, obj=self)
        return super().__getattr__(name)

    def _wrapped(self, name: str, value: Any) -> Any:
        found = super()._wrapped(name, value)
        if isinstance(found, ufunc):
            found._call = writing_nothing(found._call, found.nin)
        return found

    def _function(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return writing_nothing(super()._function(function))


class ufunc:
    """A ufunc of the host on arrays of a device, with its methods."""

    def __init__(self, function: np.ufunc, array: type[Array]) -> None:
        self.nin, self.__name__ = function.nin, function.__name__
        self._call = on_device(function, array)
        for name in ("accumulate", "at", "outer"):  # `reduce` is for sums only on a device
            setattr(self, name, on_device(getattr(function, name), array))

    def __call__(self, *x: Any, **keywords: Any) -> Any:
        if self.__name__ == "matmul" and len(x) > self.nin:
            raise TypeError("matmul takes the array for its result by name only.")
        return self._call(*x, **keywords)


def on_device(function: Callable[..., Any], array: type[Array]) -> Callable[..., Any]:
    """The function on arrays of the device; what it returns is new or a view, as the host's is."""

    def call(*args: Any, **keywords: Any) -> Any:
        keywords = {k: array.unwrap(v) for k, v in keywords.items()}
        return array.wrap(function(*map(array.unwrap, args), **keywords))

    return call


def writing_nothing(
    function: Callable[..., Any], arguments: int | None = None
) -> Callable[..., Any]:
    """The function without a place for its result, which would be named or the last argument."""

    def call(*args: Any, **keywords: Any) -> Any:
        if keywords.get("out") is not None or (arguments is not None and len(args) > arguments):
            raise TypeError("A result is returned; there is no place to write it to.")
        return function(*args, **keywords)

    return call
