"""`@implements(np.sum)`: how one NumPy function is expressed in operators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Adapter:
    """A Python function with a NumPy function's own plain signature, called in its place.

    It is called when one of the arguments is traced, and may be called on plain arrays too.
    """

    __riesz_registers__ = "function"

    def __init__(
        self, function: Callable[..., Any], functions: tuple[Any, ...], names: tuple[str, ...]
    ) -> None:
        """`functions`: the NumPy callables it stands for; `names`: what rules call it by."""
        self.function = self.entry = function
        self.functions = functions
        self.names = names or tuple(dict.fromkeys(public_name(f) for f in functions))
        self.__name__ = self.name = self.names[0]
        self.__doc__, self.__module__ = function.__doc__, function.__module__
        self.family = function.__module__.rpartition(".")[2]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function, in operators."""
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        """The names it answers to."""
        return f"<riesz adapter for {', '.join(self.names)}>"


def implements(*functions: Any, name: str | None = None) -> Callable[[Callable[..., Any]], Adapter]:
    """Declare the decorated function to stand for these NumPy functions.

    `name` is what rules find it by on `xp`; by default the NumPy name without its package
    (`sum`, `linalg.solve`, `fft.fft`). Those of a plugin's modules are registered with it, others
    by `registry.add_function`.

    >>> import numpy as np, riesz
    >>> @riesz.implements(np.sinc)
    ... def sinc(x):
    ...     return riesz.scipy.special.sinc(x)
    >>> sinc
    <riesz adapter for sinc>
    """
    return lambda function: Adapter(function, functions, (name,) if name else ())


def public_name(function: Any) -> str:
    """The name NumPy or SciPy publish a function under: `linalg.solve`, `sum`, `special.erf`."""
    module = getattr(function, "__module__", None) or "numpy"
    sub = next((s for s in ("linalg", "fft", "special", "sparse") if s in module.split(".")), "")
    sub = sub or next((s for s in ("linalg", "fft", "special") if f"_{s}" in module), "")
    return f"{sub}.{function.__name__}" if sub else str(function.__name__)
