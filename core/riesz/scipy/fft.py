"""scipy.fft on traced values: Fourier, cosine and sine transforms of one and several axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.operators.arguments import array
from riesz.registry import registry

from .substitute import Function, stands_for, unknown

OPPOSITE: dict[Any, Any] = {
    None: "forward",
    "backward": "forward",
    "ortho": "ortho",
    "forward": "backward",
}


def _along_one(name: str) -> Function:
    def transform(
        x: Any, n: Any = None, axis: int = -1, norm: Any = None, overwrite_x: bool = False,
        workers: Any = None, *, plan: Any = None,
    ) -> Any:  # fmt: skip
        return getattr(np.fft, name)(array(x), n, axis, norm)

    transform.__name__ = transform.__qualname__ = name
    return stands_for("fft")(transform)


def _along_several(name: str, default: tuple[int, int] | None) -> Function:
    def transform(
        x: Any, s: Any = None, axes: Any = default, norm: Any = None, overwrite_x: bool = False,
        workers: Any = None, *, plan: Any = None,
    ) -> Any:  # fmt: skip
        return getattr(np.fft, f"{name}n")(array(x), s, _axes(x, s, axes), norm)

    transform.__name__ = transform.__qualname__ = f"{name}{'2' if default else 'n'}"
    return stands_for("fft")(transform)


def _hermitian(inverse: bool, default: tuple[int, int] | None) -> Function:
    """The transforms of Hermitian arrays are those of real ones, conjugated and the other way."""

    def transform(
        x: Any, s: Any = None, axes: Any = default, norm: Any = None, overwrite_x: bool = False,
        workers: Any = None, *, plan: Any = None,
    ) -> Any:  # fmt: skip
        along = _axes(x, s, axes)
        if inverse:
            return np.conj(np.fft.rfftn(array(x), s, along, OPPOSITE[norm]))
        return np.fft.irfftn(np.conj(array(x)), s, along, OPPOSITE[norm])

    name = f"{'i' * inverse}hfft{'2' if default else 'n'}"
    transform.__name__ = transform.__qualname__ = name
    return stands_for("fft")(transform)


def _axes(x: Any, s: Any, axes: Any) -> Any:
    """The axes that SciPy means: with lengths s for some, the last ones."""
    if axes is None:
        axes = (
            range(-len(s), 0) if s is not None and not isinstance(s, int) else range(array(x).ndim)
        )
    return (axes,) if isinstance(axes, int) else tuple(axes)


def _cosine(name: str) -> Function:
    def transform(x: Any, *args: Any, **keywords: Any) -> Any:
        return registry.names[f"fft.{name}"](array(x), *args, **keywords)

    transform.__name__ = transform.__qualname__ = name
    return stands_for("fft")(transform)


fft, ifft, rfft, irfft, hfft, ihfft = map(
    _along_one, ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")
)
fft2, ifft2, rfft2, irfft2 = (_along_several(n, (-2, -1)) for n in ("fft", "ifft", "rfft", "irfft"))
fftn, ifftn, rfftn, irfftn = (_along_several(n, None) for n in ("fft", "ifft", "rfft", "irfft"))
hfft2, ihfft2 = _hermitian(False, (-2, -1)), _hermitian(True, (-2, -1))
hfftn, ihfftn = _hermitian(False, None), _hermitian(True, None)
dct, idct, dst, idst = map(_cosine, ("dct", "idct", "dst", "idst"))
dctn, idctn, dstn, idstn = map(_cosine, ("dctn", "idctn", "dstn", "idstn"))


@stands_for("fft")
def fftshift(x: Any, axes: Any = None) -> Any:
    """scipy.fft.fftshift."""
    return np.fft.fftshift(x, axes)


@stands_for("fft")
def ifftshift(x: Any, axes: Any = None) -> Any:
    """scipy.fft.ifftshift."""
    return np.fft.ifftshift(x, axes)


@stands_for("fft")
def fftfreq(n: int, d: Any = 1.0, **keywords: Any) -> Any:
    """scipy.fft.fftfreq; the spacing may be traced."""
    return np.fft.fftfreq(n) / d


@stands_for("fft")
def rfftfreq(n: int, d: Any = 1.0, **keywords: Any) -> Any:
    """scipy.fft.rfftfreq; the spacing may be traced."""
    return np.fft.rfftfreq(n) / d


__all__ = [
    "dct", "dctn", "dst", "dstn", "fft", "fft2", "fftfreq", "fftn", "fftshift", "hfft", "hfft2",
    "hfftn", "idct", "idctn", "idst", "idstn", "ifft", "ifft2", "ifftn", "ifftshift", "ihfft",
    "ihfft2", "ihfftn", "irfft", "irfft2", "irfftn", "rfft", "rfft2", "rfftfreq", "rfftn",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    raise unknown("fft", name, __all__)
