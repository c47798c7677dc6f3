"""Discrete Fourier transforms of lines: the passes of fft.cu, and Bluestein's algorithm."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import count
from typing import Any, Protocol

import numpy as np

from riesz.errors import UnsupportedOperator
from riesz.formula.dialect import CUDA, cuda_prelude
from riesz_backends.cuda.layout import Shape
from riesz_backends.cuda.transform import roots
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.arrays.constant import constant
from riesz_backends.pycuda.device import THREADS, Parameter, device, number

PLAIN, HERMITIAN, TANGLED = range(3)  # as in fft.cu
ROOM = 1 << 14  # bytes for the entries of a block, of which shared memory holds two copies
SECTOR = 32  # bytes that memory moves at least
LONGEST = 1 << 31  # kernels count the entries of a line with 32 bits
BUSY = 1024  # blocks that fill a device
WARP = 32
HEAD = """{prelude}
typedef {R} riesz_number;
typedef riesz_complex<riesz_number> riesz_value;
#define RIESZ_ROOM {room}
"""


class Window(Protocol):
    """Factors of a transform's entries, of which cosine transforms are made; hashable."""

    def before(self) -> np.ndarray[Any, Any]:
        """By what to multiply before it."""

    def after(self) -> np.ndarray[Any, Any]:
        """And after it."""


@dataclass(frozen=True)
class Side:
    """One end of a transform as it lies in memory: riesz_fft_side in fft.cu.

    `strides`: of the batch axis outside, of the transformed axis, and of the batch axis inside;
    `second`, `lengths`: where the second parts of entries are, and how many have either part.
    """

    array: Array
    strides: Shape
    lengths: tuple[int, int]
    second: int = 0
    conj: bool = False
    mode: int = PLAIN
    n: int = 0
    factor: Array | None = None

    @staticmethod
    def of(x: Array, strides: Shape, length: int) -> Side:
        """The first entries of lines, real or complex."""
        complex_ = x.dtype.kind == "c"
        return Side(x, strides, (length, length * complex_), x.itemsize // 2 * complex_)

    @staticmethod
    def pairs(x: Array, strides: Shape, length: int) -> Side:
        """Neighbours of a real line, of which `length` entries are meant, as complex numbers."""
        outer, axis, inner = strides
        return Side(x, (outer, 2 * axis, inner), (-(-length // 2), length // 2), axis)

    @staticmethod
    def new(shape: Shape, dtype: Any) -> Side:
        """New complex lines of a shape (outer, n, inner)."""
        x = Array.empty(shape, dtype)
        return replace(Side.of(x, x.strides, shape[1]), n=shape[1])

    def words(self, together: int, step: int) -> list[int]:
        """As fft.cu takes it; bytes between neighbouring sums, and between entries of one."""
        flags = (abs(together) < abs(step), self.array.dtype.kind == "c", self.conj)
        return [*self.strides, self.second, *self.lengths, *map(int, flags), self.mode, self.n]

    def apart(self, batch: tuple[int, int], sums: int, step: int) -> int:
        """The bytes between neighbouring sums, of which a line has `sums`, `step` entries apart."""
        if batch[1] > 1:
            return self.strides[2]
        return self.strides[1] * step if sums > 1 else self.strides[0]


@dataclass(frozen=True)
class Transform:
    """Y_k = scale sum_j X_j e^(-2 pi i j k / n) of complex numbers of a dtype.

    `batch`: how many lines there are outside and inside; `window`: factors before and after.
    """

    n: int
    dtype: np.dtype[Any]
    batch: tuple[int, int]
    scale: float = 1.0
    window: Window | None = None

    def run(self, x: Side, y: Side) -> None:
        """Transform the lines of x into those of y, which may be the same."""
        if not y.array.size:
            return
        if smooth(self.n) >= LONGEST:
            raise UnsupportedOperator(f"A line of {self.n} entries is too long to be transformed.")
        x = replace(x, n=self.n, factor=self._factor("before"))
        y = replace(y, n=self.n, factor=self._factor("after"))
        m = smooth(self.n)
        if m == self.n:
            self._passes(self.n, x, y, self.scale)
            return
        middle = Side.new((self.batch[0], m, self.batch[1]), self.dtype)
        spectrum = replace(middle, conj=True, factor=self._filter(m))
        self._passes(m, x, spectrum, 1.0)
        self._passes(m, middle, replace(y, conj=not y.conj), self.scale / m)

    def _factor(self, name: str) -> Array | None:
        """What entries are multiplied with.

        Bluestein's algorithm, of b_j = e^(pi i j^2 / n), is a convolution by two transforms:
        Y_k = conj b_k sum_j (X_j conj b_j) b_(k-j). The second one runs forward too, on the
        conjugate, and so gives the conjugate, by b_k = conj conj b_k times which Y_k is conjugate.
        L. I. Bluestein, IEEE Trans. Audio Electroacoust. 18 (1970).
        """
        bluestein = smooth(self.n) != self.n
        if self.window is None and not bluestein:
            return None

        def make() -> np.ndarray[Any, Any]:
            given = np.ones(self.n) if self.window is None else getattr(self.window, name)()
            turned = given * _chirp(self.n) if bluestein else given
            return self._cast(turned.conj() if bluestein and name == "after" else turned)

        return constant((name, self.n, self.dtype, self.window), make)

    def _filter(self, m: int) -> Array:
        """The transform of b_j, |j| < n, around a circle of m."""

        def make() -> np.ndarray[Any, Any]:
            b = _chirp(self.n).conj()
            around = np.concatenate((b, np.zeros(m - 2 * self.n + 1), b[:0:-1]))
            return self._cast(np.fft.fft(around))

        return constant(("filter", self.n, self.dtype), make)

    def _cast(self, x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return x.astype(self.dtype)

    def _passes(self, n: int, x: Side, y: Side, scale: float) -> None:
        before = 1
        for radix in split(n, self.dtype):
            last = before * radix == n
            target = y if last else Side.new((self.batch[0], n, self.batch[1]), self.dtype)
            self._launch(n, radix, before, x, target, scale if last else 1.0)
            before, x = before * radix, target

    def _launch(self, n: int, radix: int, before: int, x: Side, y: Side, scale: float) -> None:
        sums, stored = n // radix, 1 if before > 1 else radix  # `stored` apart are k and k + 1
        lines = self.batch[0] * sums * self.batch[1]
        together, pitch = block(radix, lines, room(self.dtype))
        shift = n.bit_length() // 2
        tables = [self._roots(radix, radix), None, None, x.factor, y.factor, None]
        if before > 1:
            tables[1] = self._roots(n, (n - 1 >> shift) + 1, 1 << shift)
            tables[2] = self._roots(n, 1 << shift)
        if TANGLED in (x.mode, y.mode):
            tables[5] = self._roots(2 * self.n, self.n + 1)
        words = [
            *(0 if table is None else table.pointer for table in (y.array, x.array, *tables)),
            *x.words(x.apart(self.batch, sums, 1), x.strides[1] * sums),
            *y.words(y.apart(self.batch, sums, stored), y.strides[1] * before),
            n, radix, before, lines, self.batch[1], together, pitch, shift,
        ]  # fmt: skip
        parameters = [
            Parameter(8, "", np.array(words, np.int64).tobytes()),
            number(scale, f"f{self.dtype.itemsize // 2}"),
        ]
        threads = min(THREADS, -(-together * radix // (8 * WARP)) * WARP)
        blocks = -(-lines // together)
        device().launch(_text(self.dtype), "riesz_fft", (blocks,), parameters, (threads,))

    def _roots(self, n: int, number: int, step: int = 1) -> Array:
        """e^(-2 pi i step k / n) for k < number."""
        key = ("roots", n, number, step, self.dtype)
        return constant(key, lambda: self._cast(roots(n, step * np.arange(number))))


def _chirp(n: int) -> np.ndarray[Any, Any]:
    """e^(-pi i j^2 / n) for j < n."""
    return roots(2 * n, np.arange(n) ** 2)


@cache
def _text(dtype: np.dtype[Any]) -> str:
    real = CUDA.type(np.dtype(f"f{dtype.itemsize // 2}"))
    head = HEAD.format(prelude=cuda_prelude(), R=real, room=room(dtype))
    return head + files("riesz_backends.pycuda.fourier").joinpath("fft.cu").read_text()


def room(dtype: np.dtype[Any]) -> int:
    """How many entries a block transforms at most."""
    return ROOM // dtype.itemsize


def block(radix: int, lines: int, room: int) -> tuple[int, int]:
    """How many sums a block computes, and how far apart their entries lie in shared memory.

    An odd distance keeps threads from meeting in one bank; fft.cu has a quarter more room for it.
    """
    together = max(1, min(room // radix, THREADS, max(8, -(-lines // BUSY))))
    return together, together | 1 if 4 * radix * (together | 1) <= 5 * room else together


@cache
def smooth(n: int) -> int:
    """The length of the transforms by which one of n is made: n, or enough for Bluestein's.

    >>> smooth(48), smooth(49)
    (48, 100)
    """
    return n if _is_smooth(n) else next(m for m in count(2 * n - 1) if _is_smooth(m))


def _is_smooth(n: int) -> bool:
    """Whether n has no prime factors but 2, 3 and 5."""
    return pow(30, n.bit_length(), n) == 0


@cache
def split(n: int, dtype: np.dtype[Any]) -> tuple[int, ...]:
    """The radices of the passes: one if a block has room, else about equal, and so many sums to a
    block that what lies together fills a sector.

    >>> split(1000, np.dtype(np.complex128)), split(6000, np.dtype(np.complex128))
    ((1000,), (80, 75))
    """
    return (n,) if n <= room(dtype) else tuple(_radices(n, ROOM // SECTOR))


def _radices(n: int, most: int) -> Iterator[int]:
    passes = math.ceil(math.log(n, most))
    while n > 1:
        divisors = [d for d in range(2, most + 1) if n % d == 0]
        wanted = n ** (1 / max(passes, 1)) * (1 - 1e-9)
        radix = next((d for d in divisors if d >= wanted), divisors[-1])
        yield radix
        n, passes = n // radix, passes - 1
