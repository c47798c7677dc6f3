"""Buffers: where the results of steps are kept, for how long, and what is used again.

A buffer begins with the step that writes it and ends with the last step that reads it or a view of
it; a result that overwrites an operand in place carries that operand's buffer on. Buffers whose
times do not meet share a slot. A `Workspace` is one set of slots with every array in them made
beforehand; each call of a plan takes one for itself, so that calls may run at the same time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .graph import Node
from .step import Step

ALIGNMENT = 64


@dataclass(slots=True, eq=False)
class Buffer:
    """`slot` is None for one that a call allocates, because its array is handed out."""

    nbytes: int
    start: int
    end: int
    handed_out: bool = False
    slot: int | None = None


class Buffers:
    """The buffer of every stored node of a schedule."""

    def __init__(self, schedule: list[Step], outputs: list[Any]) -> None:
        """Find lifetimes, then in-place chains, then slots."""
        self.schedule = schedule
        self.last = _last_uses(schedule, outputs)
        self.of: dict[Node, Buffer] = {}
        self.reused = 0
        handed = {x for x in outputs if x.__class__ is Node}
        for i, step in enumerate(schedule):
            if step.stored:
                self._store(i, step, handed)
        self.slots = self._assign()

    def _store(self, i: int, step: Step, handed: set[Node]) -> None:
        over = None if len(step.results) > 1 else self._overwritten(i, step)
        for node in step.results:
            end = self.last.get(node, i)
            if over is None:
                self.of[node] = Buffer(node.nbytes, i, end, node in handed)
            else:
                self.of[node] = over
                over.end = max(over.end, end)
                over.handed_out |= node in handed
                self.reused += 1

    def _overwritten(self, i: int, step: Step) -> Buffer | None:
        """The buffer of an operand that ends here and has the result's shape and dtype."""
        (node,) = step.results
        for x in step.over:
            buffer = self.of.get(x)
            fits = x.shape == node.shape and x.dtype == node.dtype
            if buffer is not None and fits and buffer.end == i and self.last[x] == i:
                return buffer
        return None

    def _assign(self) -> list[int]:
        """The sizes of the slots; a buffer takes a free one of its size, or else a new one."""
        sizes: list[int] = []
        free: dict[int, list[int]] = {}
        own = [b for b in dict.fromkeys(self.of.values()) if not b.handed_out and b.nbytes]
        starts, ends = _grouped(own, "start"), _grouped(own, "end")
        for i in range(len(self.schedule)):
            for buffer in starts.get(i, ()):
                size = -(-buffer.nbytes // ALIGNMENT) * ALIGNMENT
                if free.get(size):
                    buffer.slot = free[size].pop()
                else:
                    buffer.slot = len(sizes)
                    sizes.append(size)
            for buffer in ends.get(i, ()):
                if buffer.slot is not None:
                    free.setdefault(sizes[buffer.slot], []).append(buffer.slot)
        return sizes

    @property
    def pooled(self) -> list[Node]:
        """The nodes whose arrays lie in slots."""
        return [node for node, buffer in self.of.items() if not buffer.handed_out]


def _grouped(buffers: list[Buffer], time: str) -> dict[int, list[Buffer]]:
    """The buffers by their `start` or `end`."""
    found: dict[int, list[Buffer]] = {}
    for buffer in buffers:
        found.setdefault(getattr(buffer, time), []).append(buffer)
    return found


def _last_uses(schedule: list[Step], outputs: list[Any]) -> dict[Node, int]:
    """For each node the last step that reads it, or reads what may share its memory."""
    last = {x: len(schedule) for x in outputs if x.__class__ is Node}
    for i in range(len(schedule) - 1, -1, -1):
        step = schedule[i]
        end = i
        if step.shares:
            end = max([i, *(last.get(y, i) for y in step.results)])
        for x in step.reads:
            if last.get(x, -1) < end:
                last[x] = end
    return last


class Workspaces:
    """Sets of arrays, one for each call that runs at the same time as others."""

    def __init__(self, make: Callable[[], Any]) -> None:
        """`make()` allocates one set."""
        self.make = make
        self.idle: list[Any] = []

    def take(self) -> Any:
        """One that no other call uses: list operations are atomic."""
        try:
            return self.idle.pop()
        except IndexError:
            return self.make()

    def give_back(self, workspace: Any) -> None:
        """Keep it for the next call."""
        self.idle.append(workspace)


def arrays_in_slots(
    xp: Any, sizes: list[int], nodes: list[Node], of: dict[Node, Buffer]
) -> list[Any]:
    """One array for each node, in slots allocated now."""
    memory = [_aligned(xp, size) for size in sizes]
    arrays = []
    for node in nodes:
        slot = of[node].slot
        if slot is None:
            arrays.append(xp.empty(node.shape, dtype=node.dtype))
            continue
        n = math.prod(node.shape) * node.dtype.itemsize
        arrays.append(memory[slot][:n].view(node.dtype).reshape(node.shape))
    return arrays


def _aligned(xp: Any, size: int) -> Any:
    raw = xp.empty(size + ALIGNMENT, dtype="uint8")
    interface = getattr(raw, "__array_interface__", None)
    offset = -interface["data"][0] % ALIGNMENT if interface else 0
    return raw[offset : offset + size]
