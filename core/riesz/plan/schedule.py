"""The steps of a graph, in the order they are run."""

from __future__ import annotations

import heapq
from typing import Any

from .blocks import Blocks
from .fusion import Fusion, Group
from .graph import Graph, Node
from .step import Step, step_of


def schedule(graph: Graph, backend: Any) -> list[Step]:
    """One step per node, but one for each group that the backend, or NumPy in blocks, computes."""
    if not hasattr(backend, "compile") and "host" not in backend.capabilities:
        return [step_of(n, backend) for n in graph.nodes if n.op not in ("input", "constant")]
    left_out: set[Node] = set()
    while True:
        fusion = Fusion(graph, backend, left_out)
        kernels = _kernels(backend, fusion.groups)
        refused = [g for g, kernel in kernels.items() if kernel is None]
        if not refused:
            return _ordered(graph, backend, fusion, kernels)
        left_out.update(n for g in refused for n in g.nodes)


def _kernels(backend: Any, groups: list[Group]) -> dict[Group, Any]:
    """The kernel of each group; equal clusters are compiled once."""
    clusters = {g.cluster.key: g.cluster for g in groups if g.cluster is not None}
    together = getattr(backend, "compile_all", None)
    if not hasattr(backend, "compile"):
        kernels = [Blocks(c, backend.xp) for c in clusters.values()]
    elif together is not None:
        kernels = together(list(clusters.values()))
    else:
        kernels = [backend.compile(c) for c in clusters.values()]
    known = dict(zip(clusters, kernels, strict=True))
    return {g: known[g.cluster.key] for g in groups if g.cluster is not None}


def _ordered(graph: Graph, backend: Any, fusion: Fusion, kernels: dict[Group, Any]) -> list[Step]:
    """The steps that are needed, each as early as in the program, after those it reads."""
    step: dict[Node, Step] = {}
    needed = [y for y in graph.outputs if y.__class__ is Node]
    while needed:
        n = needed.pop()
        if n in step or n.op in ("input", "constant"):
            continue
        group = fusion.of.get(n)
        made = step_of(n, backend) if group is None else _kernel_step(group, kernels[group])
        for result in made.results:
            step[result] = made
        needed.extend(made.reads)
    return _sorted(graph, step)


def _kernel_step(group: Group, kernel: Any) -> Step:
    results, loads = tuple(group.stored), tuple(group.loads)
    return Step("kernel", results, loads, stored=True, kernel=kernel, cluster=group.cluster)


def _sorted(graph: Graph, step: dict[Node, Step]) -> list[Step]:
    """Steps after those they read; of those that may be next, the earliest in the program.

    A step is known by the place of its last result.
    """
    place = {n: i for i, n in enumerate(graph.nodes)}
    steps = {max(place[n] for n in s.results): s for s in step.values()}
    of = {n: k for k, s in steps.items() for n in s.results}
    waits = {k: {of[x] for x in s.reads if x in of} for k, s in steps.items()}
    readers: dict[int, list[int]] = {}
    for k, read in waits.items():
        for b in read:
            readers.setdefault(b, []).append(k)
    ready = sorted(k for k, read in waits.items() if not read)  # which is a heap
    order = []
    while ready:
        k = heapq.heappop(ready)
        order.append(steps[k])
        for r in readers.get(k, ()):
            waits[r].discard(k)
            if not waits[r]:
                heapq.heappush(ready, r)
    return order
