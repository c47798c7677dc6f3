"""A plan as text: its steps and kernels, the bytes they move, buffers, what was not fused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .graph import Node
from .step import REDUCTIONS, Step
from .support import alone

if TYPE_CHECKING:
    from .program import Plan

MOST = 60  # lines of steps


def explain(plan: Plan) -> str:
    """What `f.explain(...)` returns."""
    return "\n".join([*_summary(plan), "", *_steps(plan), *_loops(plan), "", *_not_fused(plan)])


def _summary(plan: Plan) -> list[str]:
    steps, buffers = plan.steps, plan.replay.buffers
    kernels = [s for s in steps if s.kind == "kernel"]
    handed = {id(b): b.nbytes for b in buffers.of.values() if b.handed_out}
    needed = sum(node.nbytes for node in buffers.of)
    return [
        f"plan on {plan.backend.name}: {plan.recorded} operators recorded, {len(steps)} steps",
        f"kernels: {len(kernels)} calls{_launched(kernels)} of "
        f"{len({s.cluster.key for s in kernels})} kernels, "
        f"which compute {sum(len(s.cluster.expressions) - len(s.cluster.loads) for s in kernels)} "
        "elementwise steps",
        f"memory moved by a call: {_bytes(sum(map(moved, steps)))}",
        f"buffers: {len(buffers.slots)} of {_bytes(sum(buffers.slots))} in all, for results of "
        f"{_bytes(needed)}; {buffers.reused} results overwrite an operand; "
        f"{_bytes(sum(handed.values()))} handed out",
    ]


def _launched(kernels: list[Step]) -> str:
    """How often the device is given something to do, where a call may do that several times."""
    passes = [p for s in kernels for p in _passes(s)]
    return f" in {sum(p.launches for p in passes)} launches" if passes else ""


def _passes(step: Step) -> tuple[Any, ...]:
    """The launches of a device's kernel; none where the kernel does not say."""
    return getattr(step.kernel, "passes", ())


def _steps(plan: Plan) -> list[str]:
    lines = list(_repeated(map(_line, plan.steps)))
    left = len(lines) - MOST
    return ["steps:", *lines[:MOST], *([f"  ... and {left} more"] if left > 0 else [])]


def _loops(plan: Plan) -> Iterable[str]:
    """The steps inside each loop that was recorded once."""
    for step in plan.steps:
        inside = _inside(step)
        if inside is not None:
            yield f"inside {step.results[0].name}, {_how(step.results[0].op.repetition)}:"
            yield from (f"  {line}" for line in [*_steps(inside)[1:], *_loops(inside)])


def _how(repetition: Any) -> str:
    if isinstance(repetition, str):
        return f"each called from Python ({repetition})"
    return f"{len(repetition.kernels)} kernels that one call repeats"


def _inside(step: Step) -> Plan | None:
    """The plan of the body of a loop."""
    program = getattr(step.results[0].op, "program", None)
    return None if program is None else program.plan


def _repeated(lines: Iterable[str]) -> Iterable[str]:
    """Each line once, with how often it stands in a row."""
    last, count = "", 0
    for line in [*lines, ""]:
        if line != last:
            if count:
                yield last + (f"  (x{count})" if count > 1 else "")
            last, count = line, 0
        count += 1


def _line(step: Step) -> str:
    what = _kernel(step) if step.kind == "kernel" else step.results[0].name
    results = ", ".join(map(_described, step.results))
    size = moved(step)
    return f"  {what} -> {results}" + (f", {_bytes(size)} moved" if size else "")


def _kernel(step: Step) -> str:
    cluster = step.cluster
    loads = ", ".join(_loaded(x) for x in cluster.loads)
    names = Counter(e.name for e in cluster.expressions if e.name != "arg")
    inside = " ".join(f"{name}*{n}" if n > 1 else name for name, n in names.items())
    reduced = " ".join(r.reduce[0] for r in cluster.results if r.reduce)
    several = _launched([step]) if sum(p.launches for p in _passes(step)) > 1 else ""
    return (
        f"kernel over {cluster.domain} of {loads}: {inside}{f'; {reduced}' if reduced else ''}"
        f"{several}"
    )


def _loaded(x: Any) -> str:
    moved = "rolled" if x.wraps else "padded"
    return f"{x.dtype}{list(x.shape)}" + (f" {moved} by {x.shifts}" if x.shifts else "")


def _described(node: Node) -> str:
    if node.shape.__class__ is tuple and any(isinstance(n, tuple) for n in node.shape):
        return f"{len(node.shape)} results"
    return f"{node.dtype}{list(node.shape)}"


def moved(step: Step) -> int:
    """The bytes a step reads and writes, partial results too; none for a view."""
    if step.kind in ("view", "part"):
        return 0
    inside = _inside(step)
    if inside is not None:
        return int(step.results[0].op.n * sum(map(moved, inside.steps)))
    reads, results = step.reads, step.results
    passes = _passes(step)
    if not passes:
        return _total(reads, results)
    parts = (([reads[i] for i in p.loads], [results[k] for k in p.results]) for p in passes)
    partial = 2 * sum(int(p.between) for p in passes)
    return partial + sum(_total(*part) for part in parts)


def _total(reads: Iterable[Node], results: Iterable[Node]) -> int:
    return sum(map(_nbytes, (*dict.fromkeys(reads), *results)))


def _nbytes(node: Node) -> int:
    if isinstance(node.dtype, tuple):
        return 0  # counted where its parts are read
    return node.nbytes


def _not_fused(plan: Plan) -> list[str]:
    if not hasattr(plan.backend, "compile"):
        return [f"not fused: the backend {plan.backend.name} makes no kernels, as native does"]
    reasons = Counter(
        (s.results[0].name, _why(s.results[0], plan.backend)) for s in plan.steps
        if s.kind not in ("kernel", "view", "part")
    )  # fmt: skip
    lines = [f"  {name}{f' (x{n})' if n > 1 else ''}: {why}" for (name, why), n in reasons.items()]
    return ["not fused:", *lines] if lines else ["everything is fused"]


def _why(node: Node, backend: Any) -> str:
    if node.elementwise:
        refusal = getattr(backend, "refusal", lambda cluster: None)(alone(node))
        if refusal:
            return str(refusal)
        return "it is empty" if node.size == 0 else "alone, or too small to gain from a kernel"
    if node.op in REDUCTIONS:
        return "what it reduces is not computed in a kernel"
    return "it is a loop" if getattr(node.op, "program", None) else "it is not elementwise"


def _bytes(n: int) -> str:
    for unit in ("B", "kB", "MB"):
        if n < 1000:
            return f"{n:.3g} {unit}" if unit != "B" else f"{n} B"
        n /= 1000  # type: ignore[assignment]
    return f"{n:.3g} GB"
