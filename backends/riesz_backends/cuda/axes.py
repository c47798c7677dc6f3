"""`Axes`: how the entries of a part lie in its arrays, in as few axes and offsets as possible."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from riesz_backends.cuda.part import Part

Shape = tuple[int, ...]
SHORT, LONG = 64, 1024  # entries of a row: up to these, one thread and one warp reduces it
WARP, BLOCK = 32, 256
ENTRIES = {1: 128, BLOCK: 16}  # a thread joins at least so many where a row is cut: by lanes
FULL = 1 << 18  # threads that fill a device
CHUNKS, BLOCKS = 1 << 10, 1 << 12  # at most: parts of a row, blocks of an elementwise kernel
SMALL = 1 << 30  # what is counted with 32 bits stays below this: one step further fits too


Shift = tuple[int, int] | None  # by how much, and a length: that of an array between zeros, or 0


@dataclass(frozen=True)
class Offset:
    """How arrays of equal strides and shifts are indexed: one for each axis of the domain.

    Strides are in entries. An axis is not shifted, rolled, or has zeros around it.
    """

    strides: Shape
    shifts: tuple[Shift, ...]
    aligned: bool


@dataclass
class Axis:
    """Neighbouring axes of the domain as one, with a stride and a shift for each offset."""

    length: int
    strides: list[int]
    shifts: list[Shift]


class Axes:
    """The geometry of one launch.

    An `output` is one entry along the axes `kept`; `lanes` threads go through the axes `inner`, of
    which each takes `width` neighbouring entries at a time; `chunks` such groups share an output.
    """

    def __init__(self, part: Part, arrays: Sequence[tuple[Offset, bool]], last: bool) -> None:
        """`arrays`: the offset of each, and whether it is an array at all, no single entry.

        `last`: what is joined are partial results, in one chunk.
        """
        domain = part.cluster.domain
        self.offsets = list(dict.fromkeys(o for o, many in arrays if many))
        self.of = [self.offsets.index(o) if many else None for o, many in arrays]
        long = [i for i, n in enumerate(domain) if n != 1]
        self.kept = self._merged(domain, (i for i in long if i not in part.axes))
        inner = self._merged(domain, (i for i in long if i in part.axes))
        none = len(self.offsets)
        self.inner = inner or [Axis(1, [0] * none, [None] * none)]
        self.outputs = math.prod(x.length for x in self.kept)
        self.n = math.prod(x.length for x in self.inner)
        kept_last = bool(long) and long[-1] not in part.axes
        self.lanes = self._lanes(kept_last, last) if part.reduced else BLOCK
        self.width = part.width if self.lanes > 1 else 1
        if not any(map(self.packed, range(len(self.offsets)))) or not self._in_packs():
            self.width = 1
        self.packs = self.n // self.width
        self.chunks = self._chunks(last) if part.reduced else self._blocks()
        self.small = self._is_small()

    def _merged(self, domain: Shape, which: Iterable[int]) -> list[Axis]:
        """Axes that lie together in every array, and are not rolled, as one."""
        found: list[Axis] = []
        for i in which:
            axis = Axis(
                domain[i], [o.strides[i] for o in self.offsets], [o.shifts[i] for o in self.offsets]
            )
            if found and _together(found[-1], axis):
                axis.length *= found.pop().length
            found.append(axis)
        return found

    def _lanes(self, kept_last: bool, last: bool) -> int:
        """Threads for each output: one where neighbouring threads read neighbouring entries."""
        if self.n <= SHORT or (kept_last and self.outputs >= (BLOCK if last else WARP)):
            return 1
        return WARP if self.n <= LONG else BLOCK

    def packed(self, c: int) -> bool:
        """Whether `width` neighbouring entries of an offset are loaded at once."""
        *outer, last = self.all
        contiguous = last.strides[c] == 1 and last.shifts[c] is None
        whole = contiguous and self.offsets[c].aligned and not self.between(c)
        return whole and all(x.strides[c] % self.width == 0 for x in outer)

    def between(self, c: int) -> list[int]:
        """The axes along which an offset's arrays have zeros around them."""
        shifts = ((d, x.shifts[c]) for d, x in enumerate(self.all))
        return [d for d, shift in shifts if shift is not None and shift[1]]

    @property
    def all(self) -> list[Axis]:
        """The axes that are kept, then those within an output."""
        return [*self.kept, *self.inner]

    def _in_packs(self) -> bool:
        """Whether rows are whole packs; the rest of a single row is computed entry by entry."""
        return len(self.inner) == 1 or self.inner[-1].length % self.width == 0

    def _chunks(self, last: bool) -> int:
        if last or self.lanes == WARP:
            return 1
        room = FULL // (self.outputs * self.lanes)
        return max(1, min(self.n // (ENTRIES[self.lanes] * self.lanes), room, CHUNKS))

    def _blocks(self) -> int:
        return min(max(1, -(-self.packs // BLOCK)), BLOCKS)

    @property
    def groups(self) -> int:
        """How many groups of `lanes` threads are launched."""
        return self.outputs * self.chunks

    def _is_small(self) -> bool:
        axes = [*self.kept, *self.inner]
        reach = (sum(abs(x.strides[c]) * x.length for x in axes) for c in range(len(self.offsets)))
        return max(self.n * self.outputs, self.groups * self.lanes, *reach, 0) < SMALL


def _together(outer: Axis, inner: Axis) -> bool:
    rolled = any(outer.shifts) or any(inner.shifts)
    pairs = zip(outer.strides, inner.strides, strict=True)
    return not rolled and all(a == inner.length * b for a, b in pairs)
