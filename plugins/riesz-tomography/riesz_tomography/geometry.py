"""Where image and rays are: `Parallel` and `Fan`, both of them nothing but a set of lines.

Pixel (i, j) of an image of `shape` (rows, columns) is the square of side `pixel` around

    X = (j - (columns - 1) / 2) pixel,   Y = ((rows - 1) / 2 - i) pixel,

so the axis of rotation is the centre of the image and Y points up. A ray is the line

    X cos(phi) + Y sin(phi) = r.

Lengths are in one unit, angles in radians. Bin k of a detector is at

    s = (k - (detectors - 1) / 2) spacing + offset.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from riesz import InvalidType, InvalidValue

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, init=False)
class Geometry(ABC):
    """What both beams share. Frozen and hashable: a static parameter of the operators.

    `angles` are any numbers, kept as a tuple; `shape` may be one number for a square image.
    Raises InvalidType or InvalidValue for what cannot be used.
    """

    angles: tuple[float, ...]
    detectors: int
    spacing: float
    shape: tuple[int, int]
    pixel: float
    offset: float

    def __init__(
        self, angles: ArrayLike, detectors: int, spacing: float = 1.0, *,
        shape: int | Sequence[int], pixel: float = 1.0, offset: float = 0.0,
    ) -> None:  # fmt: skip
        _fill(
            self, angles=_angles(angles), detectors=_count("detectors", detectors),
            spacing=_positive("spacing", spacing), shape=_shape(shape),
            pixel=_positive("pixel", pixel), offset=_finite("offset", offset),
        )  # fmt: skip

    @property
    def sinogram_shape(self) -> tuple[int, int]:
        """(angles, detectors)."""
        return len(self.angles), self.detectors

    @property
    def radius(self) -> float:
        """The distance of the image's corners from its centre."""
        return 0.5 * self.pixel * float(np.hypot(*self.shape))

    def bins(self) -> Array:
        """The places s of the detector's bins."""
        centred = np.arange(self.detectors) - 0.5 * (self.detectors - 1)
        return np.asarray(centred * self.spacing + self.offset)

    @abstractmethod
    def lines(self) -> tuple[Array, Array]:
        """(phi, r) of every ray, both of shape (angles, detectors)."""


@dataclass(frozen=True, init=False)
class Parallel(Geometry):
    """Rays side by side: phi is the angle, r the place of the bin.

    >>> G = Parallel([0.0, 0.5], 3, shape=(4, 5))
    >>> G.sinogram_shape, G.bins()
    ((2, 3), array([-1.,  0.,  1.]))
    """

    def lines(self) -> tuple[Array, Array]:
        """(phi, r) of every ray."""
        phi = np.asarray(self.angles)[:, None]
        return _whole(self, phi, self.bins()[None, :])


@dataclass(frozen=True, init=False)
class Fan(Geometry):
    """Rays from a source that circles the image, opposite to the centre of the detector.

    At angle t the source is at `source_origin` (sin t, -cos t), and the bins are counted along
    (cos t, sin t), on a line or, if `curved`, on an arc around the source; s is measured on it. A
    detector through the origin (`origin_detector=0`) is a virtual one: rays are whole lines. Raises
    InvalidValue where the source is not outside the circle around the image.

    >>> Fan([0.0], 3, shape=4, source_origin=5.0, origin_detector=5.0).lines()[1].round(3)
    array([[-0.498,  0.   ,  0.498]])
    """

    source_origin: float
    origin_detector: float
    curved: bool

    def __init__(
        self, angles: ArrayLike, detectors: int, spacing: float = 1.0, *,
        shape: int | Sequence[int], source_origin: float, origin_detector: float = 0.0,
        curved: bool = False, pixel: float = 1.0, offset: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__(angles, detectors, spacing, shape=shape, pixel=pixel, offset=offset)
        _fill(
            self, source_origin=_positive("source_origin", source_origin), curved=bool(curved),
            origin_detector=_positive("origin_detector", origin_detector, zero=True),
        )  # fmt: skip
        self._check()

    def _check(self) -> None:
        if self.source_origin <= self.radius:
            raise InvalidValue(
                f"source_origin is {self.source_origin:g}, but the corners of the image are "
                f"{self.radius:g} from its centre. The source must be farther away than they are."
            )
        if self.curved and np.abs(self.bins()).max() >= 0.5 * np.pi * self.distance:
            raise InvalidValue(
                f"{self.detectors} bins of spacing {self.spacing:g} (offset {self.offset:g}) on an "
                f"arc of radius {self.distance:g} reach beyond 90 degrees. Take fewer, or closer."
            )

    @property
    def distance(self) -> float:
        """From the source to the detector."""
        return self.source_origin + self.origin_detector

    def fan_angles(self) -> Array:
        """Between each bin's ray and the central one."""
        ratio = self.bins() / self.distance
        return np.asarray(ratio if self.curved else np.arctan(ratio))

    def lines(self) -> tuple[Array, Array]:
        """(phi, r) of every ray: those of a fan are turned by their fan angle."""
        gamma = self.fan_angles()[None, :]
        phi = np.asarray(self.angles)[:, None] - gamma
        return _whole(self, phi, self.source_origin * np.sin(gamma))


def _fill(geometry: Geometry, **fields: Any) -> None:
    for name, value in fields.items():
        object.__setattr__(geometry, name, value)


def _whole(geometry: Geometry, phi: Array, r: Array) -> tuple[Array, Array]:
    shape = geometry.sinogram_shape
    return np.broadcast_to(phi, shape), np.broadcast_to(r, shape)


def _angles(given: Any) -> tuple[float, ...]:
    try:
        angles = np.asarray(given, float)
    except (TypeError, ValueError):
        raise InvalidType(f"angles are numbers in radians, but were given {given!r:.60}.") from None
    if angles.ndim != 1 or not angles.size or not np.isfinite(angles).all():
        raise InvalidValue(
            f"angles were given with shape {angles.shape}; a list of one finite number in radians "
            "for each projection is expected."
        )
    return tuple(angles.tolist())


def _shape(given: Any) -> tuple[int, int]:
    sides = tuple(given) if isinstance(given, Sequence) else (given, given)
    if len(sides) != 2:
        raise InvalidValue(
            f"shape is {given!r}, but an image has rows and columns. Give (rows, columns), or one "
            "number for a square; slices of a volume are leading axes of the array."
        )
    return _count("shape", sides[0]), _count("shape", sides[1])


def _count(name: str, given: Any) -> int:
    try:
        number = int(given)
        if number == given and number > 0:
            return number
    except (TypeError, ValueError):
        pass
    raise InvalidValue(f"{name} is {given!r}; a whole number from 1 on is expected.")


def _finite(name: str, given: Any) -> float:
    try:
        number = float(given)
    except (TypeError, ValueError):
        raise InvalidType(f"{name} is {given!r}; a length is expected.") from None
    if not np.isfinite(number):
        raise InvalidValue(f"{name} is {given!r}; a finite length is expected.")
    return number


def _positive(name: str, given: Any, zero: bool = False) -> float:
    number = _finite(name, given)
    if number < 0 or (number == 0 and not zero):
        bound = "zero or positive" if zero else "positive"
        raise InvalidValue(f"{name} is {given!r}, but must be {bound}.")
    return number
