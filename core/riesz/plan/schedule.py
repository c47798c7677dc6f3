"""The steps of a graph, in the order they are run."""

from __future__ import annotations

from typing import Any

from .graph import Graph
from .step import Step, step_of


def schedule(graph: Graph, backend: Any) -> list[Step]:
    """One step per node, or one kernel per cluster where the backend makes kernels."""
    return [step_of(n, backend.xp) for n in graph.nodes if n.op not in ("input", "constant")]
