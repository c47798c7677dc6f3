"""The photograph the demo works on: square, grey, between 0 and 1."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riesz.demo.extra import extra
from riesz.errors import InvalidValue

SMALLEST = 8
LUMINANCE = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601


def photograph(size: int, path: Path | None = None) -> NDArray[np.float64]:
    """The luminance of an image file, cropped to a square and averaged to (size, size).

    Without a path it is the portrait of Grace Hopper that Matplotlib ships. Raises InvalidValue
    for a file that is no image, and for an image that is flat or has a side under 8 pixels.
    """
    path = path or _sample()
    picture = _square(_luminance(_read(path)))
    if len(picture) < SMALLEST or np.ptp(picture) == 0:
        raise InvalidValue(
            f"{path} shows {len(picture)} x {len(picture)} pixels between {picture.min():g} and "
            f"{picture.max():g}, but the demo needs {SMALLEST} x {SMALLEST} at least, of more than "
            f"one grey. Give another picture."
        )
    W = averages(size, len(picture))
    averaged: NDArray[np.float64] = W @ picture @ W.T
    return averaged


def averages(n: int, m: int) -> NDArray[np.float64]:
    """The (n, m) matrix that averages m equal cells of an interval over n equal cells.

    >>> averages(2, 3)
    array([[0.66666667, 0.33333333, 0.        ],
           [0.        , 0.33333333, 0.66666667]])
    """
    edges, cells = np.linspace(0, m, n + 1), np.arange(m)
    left = np.maximum(edges[:-1, None], cells)
    right = np.minimum(edges[1:, None], cells + 1)
    overlap: NDArray[np.float64] = np.maximum(right - left, 0)
    return overlap * (n / m)


def _sample() -> Path:
    return Path(extra("matplotlib").get_data_path(), "sample_data", "grace_hopper.jpg")


def _read(path: Path) -> NDArray[Any]:
    """The pixels as floats in [0, 1]; Matplotlib scales PNG files only."""
    try:
        pixels = np.asarray(extra("matplotlib.image").imread(path))
    except Exception as error:  # every image format has errors of its own
        raise InvalidValue(
            f"cannot read {path} as an image: {error}. Give a PNG or JPEG file: --image FILE."
        ) from error
    if pixels.dtype.kind in "ui":
        return pixels / np.iinfo(pixels.dtype).max
    return pixels.astype(np.float64)


def _luminance(pixels: NDArray[Any]) -> NDArray[Any]:
    """One grey value per pixel, transparency ignored."""
    if pixels.ndim == 2:
        return pixels
    return pixels[..., :3] @ LUMINANCE if pixels.shape[-1] >= 3 else pixels[..., 0]


def _square(picture: NDArray[Any]) -> NDArray[Any]:
    """The largest square: central across, nearer the top along, where portraits have the face."""
    height, width = picture.shape
    side = min(height, width)
    top, left = (height - side) // 4, (width - side) // 2
    return picture[top : top + side, left : left + side]
