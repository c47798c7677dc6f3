"""A `Kernel`: a cluster as CUDA kernels on arrays of any strides, whoever launches them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from riesz.errors import InvalidType
from riesz.formula.expression import Symbols
from riesz.plan.cluster import Cluster, Load, Result
from riesz_backends.cuda.axes import BLOCK, Axes, Offset, Shift
from riesz_backends.cuda.layout import broadcast, contiguous, is_contiguous
from riesz_backends.cuda.part import PACK_BYTES, Part, parts, refusal
from riesz_backends.cuda.source import Printer, Source

Place = tuple[tuple[int, ...], int]  # the strides of an array in bytes, its address modulo a pack


class Driver(Protocol):
    """What a backend does for kernels: memory and launches."""

    def empty(self, shape: tuple[int, ...], dtype: Any) -> Any:
        """A new array."""

    def array(self, x: Any) -> Any:
        """An argument of a plan as an array of the device."""

    def pointer(self, x: Any) -> int:
        """The address of the first entry; there is one."""

    def know(self, sources: Sequence[Source]) -> None:
        """Kernels that will be launched: those that are new are compiled together."""

    def launch(self, source: Source, blocks: int, arrays: Sequence[Any], layout: bytes) -> None:
        """Run a kernel with blocks of 256 threads, on arrays and a structure of numbers."""


@dataclass(frozen=True)
class Launch:
    """A kernel, its grid and the numbers it is given; the partial results it leaves, if any."""

    source: Source
    blocks: int
    layout: bytes
    chunks: int
    outputs: int


class Pass:
    """One part of a cluster: a kernel, and a second one where several blocks share an output."""

    def __init__(self, part: Part, driver: Driver, last: bool = False) -> None:
        """`last`: it joins partial results."""
        self.part, self.driver, self.last = part, driver, last
        self.loads, self.results = part.loads, part.results
        self._stored = [k for k, _ in part.stored]
        self._reduced = [k for k, _ in part.reduced]
        self._known: dict[tuple[Place, ...], Launch] = {}

    def __call__(self, out: tuple[Any, ...], x: tuple[Any, ...]) -> None:
        """Compute this part's results."""
        stored, loaded = [out[k] for k in self._stored], [x[i] for i in self.loads]
        launch = self._launch([*stored, *loaded])
        reduced = [out[k] for k in self._reduced]
        for y in reduced:
            _check_contiguous(y)
        into = reduced if launch.chunks == 1 or not reduced else self._partial(launch)
        self.driver.launch(launch.source, launch.blocks, [*stored, *into, *loaded], launch.layout)
        if into is not reduced:
            self.second(tuple(reduced), tuple(into))

    def launch_for(self, out: tuple[Any, ...], x: tuple[Any, ...]) -> Launch:
        """The kernel for arrays that lie like these."""
        return self._launch([*[out[k] for k in self._stored], *[x[i] for i in self.loads]])

    def _launch(self, arrays: list[Any]) -> Launch:
        address = self.driver.pointer
        places = tuple([(a.strides, address(a) % PACK_BYTES) for a in arrays])
        return self._known.get(places) or self._lay_out(places)

    def _lay_out(self, places: tuple[Place, ...]) -> Launch:
        part, domain = self.part, self.part.cluster.domain
        specs = [Load(r.dtype, domain) for _, r in part.stored]
        specs += [x for _, x in part.loaded]
        arrays = [
            (_offset(place, x, domain, part.width), not _is_number(x))
            for place, x in zip(places, specs, strict=True)
        ]
        axes = Axes(part, arrays, self.last)
        printer = Printer(part, axes)
        blocks = -(-axes.groups * axes.lanes // BLOCK)
        launch = Launch(printer.source, blocks, printer.layout, axes.chunks, axes.outputs)
        self._known[places] = launch
        return launch

    @cached_property
    def expected(self) -> Launch:
        """The launch for contiguous arrays, which those that a plan makes are."""
        domain = self.part.cluster.domain
        specs = [(domain, r.dtype) for _, r in self.part.stored]
        specs += [(x.shape, x.dtype) for _, x in self.part.loaded]
        return self._lay_out(tuple((contiguous(s, t.itemsize), 0) for s, t in specs))

    @property
    def sources(self) -> list[Source]:
        """The kernels that are expected."""
        second = self.second.sources if self.between else []
        return [self.expected.source, *second]

    @property
    def launches(self) -> int:
        """How many kernels are launched."""
        return 2 if self.between else 1

    @property
    def between(self) -> int:
        """The bytes of the partial results."""
        reduced, launch = self.part.reduced, self.expected
        count = launch.chunks * launch.outputs if launch.chunks > 1 else 0
        return count * sum(r.dtype.itemsize for _, r in reduced)

    def _partial(self, launch: Launch) -> list[Any]:
        shape = (launch.chunks, launch.outputs)
        return [self.driver.empty(shape, r.dtype) for _, r in self.part.reduced]

    @cached_property
    def second(self) -> Pass:
        """What joins the partial results: a reduction of (chunks, outputs), which is a cluster."""
        m, domain = Symbols(), (self.expected.chunks, self.expected.outputs)
        reduced = [r for _, r in self.part.reduced]
        found = [m.argument(i) for i in range(len(reduced))]
        pairs = list(zip(found, reduced, strict=True))
        loads = tuple(Load(r.dtype, domain) for r in reduced)
        words = [r.reduce[0] for r in reduced if r.reduce]
        results = tuple(
            Result(e, r.dtype, (word, (0,), False))
            for (e, r), word in zip(pairs, words, strict=True)
        )
        dtypes = {e: r.dtype for e, r in pairs}
        (part,) = parts(Cluster(domain, m, loads, results, dtypes))
        return Pass(part, self.driver, last=True)


class Kernel:
    """`kernel(out, x)` computes the results of a cluster, on the driver's current stream."""

    def __init__(self, cluster: Cluster, driver: Driver) -> None:
        """`UnsupportedOperator` for what CUDA cannot express."""
        self.cluster, self.driver = cluster, driver
        self.passes = tuple(Pass(part, driver) for part in parts(cluster))

    def __call__(self, out: tuple[Any, ...], x: tuple[Any, ...]) -> None:
        """Compute the results into `out`, which overlaps no operand."""
        x = tuple([self.driver.array(v) for v in x])
        for each in self.passes:
            each(out, x)

    @property
    def sources(self) -> list[Source]:
        """The kernels for arrays that are contiguous."""
        return [source for each in self.passes for source in each.sources]

    def __repr__(self) -> str:
        return f"<kernel {len(self.cluster.loads)} -> {len(self.cluster.results)}>"


def kernels(clusters: Iterable[Cluster], driver: Driver) -> list[Kernel | None]:
    """Those of several clusters, made known to the driver together; None for what is refused."""
    made = [None if refusal(c) else Kernel(c, driver) for c in clusters]
    driver.know([source for kernel in made if kernel is not None for source in kernel.sources])
    return made


def _is_number(load: Load) -> bool:
    """Whether it is one entry for the whole domain."""
    return math.prod(load.shape) == 1 and (load.shifts is None or load.wraps)


def _offset(place: Place, load: Load, domain: tuple[int, ...], width: int) -> Offset:
    strides, rest = place
    size = load.dtype.itemsize
    steps = broadcast(load.shape, strides, domain)
    if any(s % size for s in steps):
        raise InvalidType(f"An array of {load.dtype} has strides {strides}: no whole entries.")
    aligned = rest % (width * size) == 0
    return Offset(tuple(s // size for s in steps), _shifts(load, domain), aligned)


def _shifts(load: Load, domain: tuple[int, ...]) -> tuple[Shift, ...]:
    if load.shifts is None:
        return (None,) * len(domain)
    if load.wraps:
        return tuple(
            (s % n, 0) if s % n else None for s, n in zip(load.shifts, domain, strict=True)
        )
    each = zip(load.shifts, load.shape, domain, strict=True)
    return tuple((s, m) if m != n else None for s, m, n in each)


def _check_contiguous(y: Any) -> None:
    if not is_contiguous(y.shape, y.strides, np.dtype(y.dtype).itemsize):
        raise InvalidType(
            f"A reduction's result needs a contiguous array, not strides {y.strides}."
        )
