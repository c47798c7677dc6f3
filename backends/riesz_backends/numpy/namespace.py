"""`xp` on NumPy arrays: NumPy's functions, and some of SciPy's, imported when first asked for."""

from collections.abc import Callable, Mapping
from importlib import import_module
from math import prod
from typing import Any

import numpy as np
from riesz.errors import MissingExtra

SMALL = 2048  # entries copied faster than a view of them is made
MANY = 512  # entries added faster along one axis, which has to be found first, than along several
COSINE_TRANSFORMS = ("dct", "idct", "dst", "idst", "dctn", "idctn", "dstn", "idstn")
MATRIX_FUNCTIONS = ("expm", "solve_sylvester", "solve_triangular")


class Namespace:
    """The attributes of a module, some of them found elsewhere; each is looked up once."""

    def __init__(self, module: Any, elsewhere: Mapping[str, Callable[[], Any]]) -> None:
        """Serve `module`, but call `elsewhere[name]` for the names given there."""
        self._module, self._elsewhere = module, elsewhere

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        find = self._elsewhere.get(name)
        value = getattr(self._module, name) if find is None else find()
        setattr(self, name, value)  # from now on a plain attribute: this method is not called
        return value

    def __repr__(self) -> str:
        return f"<namespace of {self._module.__name__}>"


def scatter(a: Any, index: Any, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """Return z of `shape`, zero but for z[index] += a, repeated indices adding up."""
    z = np.zeros(shape, a.dtype)
    add_at(z, index, a)
    return z


def add_at(z: np.ndarray[Any, Any], index: Any, a: Any) -> None:
    """Add in place, z[index] += a, repeated indices adding up."""
    parts = index if isinstance(index, tuple) else (index,)
    if not any(_may_repeat(part) for part in parts):
        z[index] += a
    elif z.ndim == np.ndim(parts[0]) == 1 or not _worth_flattening(z, a):
        np.add.at(z, index, a)
    else:
        places = np.arange(z.size).reshape(z.shape)[index]  # NumPy is quick along one axis only
        np.add.at(z.reshape(-1), places.reshape(-1), np.broadcast_to(a, places.shape).reshape(-1))


def _worth_flattening(z: np.ndarray[Any, Any], a: Any) -> bool:
    return z.flags.c_contiguous and np.size(a) >= max(MANY, z.size // 4)


def broadcast_to(x: Any, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """Broadcast as np.broadcast_to does, whose view takes 2 us to make; what is small is copied."""
    if not x.shape and isinstance(x, np.generic):
        return np.ndarray(shape, x.dtype, x, 0, (0,) * len(shape))
    if x.ndim > len(shape) or prod(shape) > SMALL:
        return np.broadcast_to(x, shape)
    y = np.empty(shape, x.dtype)
    y[...] = x
    return y


def _may_repeat(part: Any) -> bool:
    return isinstance(part, list | tuple) or (
        isinstance(part, np.ndarray) and part.ndim > 0 and part.dtype.kind in "iu"
    )


FEATURES = {
    "fft": "A cosine or sine transform (Sobolev with Neumann or Dirichlet ends)",
    "linalg": "A matrix function",
    "special": "A special function",
}


def scipy(module: str) -> Any:
    """Import scipy.`module`; raise `MissingExtra` without SciPy."""
    try:
        return import_module(f"scipy.{module}")
    except ModuleNotFoundError as error:
        raise MissingExtra(FEATURES[module], "SciPy", "scipy") from error


def from_scipy(module: str, name: str) -> Callable[[], Any]:
    """Return what finds scipy.`module`.`name` when called."""
    return lambda: getattr(scipy(module), name)


fft = Namespace(np.fft, {name: from_scipy("fft", name) for name in COSINE_TRANSFORMS})
linalg = Namespace(np.linalg, {name: from_scipy("linalg", name) for name in MATRIX_FUNCTIONS})
xp = Namespace(
    np,
    {
        "fft": lambda: fft,
        "linalg": lambda: linalg,
        "special": lambda: scipy("special"),
        "scatter": lambda: scatter,
        "add_at": lambda: add_at,
        "broadcast_to": lambda: broadcast_to,
    },
)
