"""The lines that each kind of step is printed as."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from riesz.operators.index import Key, add_in_place
from riesz.operators.padding import inside
from riesz.protocol.codomain import check_codomain
from riesz.space import Space

from .graph import Node
from .primitive import function
from .step import REDUCTIONS, TRANSFORMS, Step
from .views import at, segments, taken

if TYPE_CHECKING:
    from .replay import Replay


#: The functions that reduce as a ufunc's method does, which only NumPy has for all of them.
FUNCTIONS = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min"}


def _ufunc(p: Replay, step: Step) -> None:
    (node,) = step.results
    f = p.bind("f", function(p.xp, node.op), ("ufunc", node.op))
    operands = p.operands(node)
    out = "out=" if node.op in ("maximum", "minimum") else ""  # NumPy wants it by name there
    p.lines.append(f"{f}({', '.join(operands)}, {out}{p.target(node)})")


def _where(p: Replay, step: Step) -> None:
    (node,) = step.results
    condition, x, y = p.operands(node)
    if node.args[0].__class__ is not Node or node.args[0].dtype.kind != "b":
        condition = f"{p.bind('f', _truth, 'truth')}({condition})"
    copy, out = p.bind("f", p.xp.copyto, "copyto"), p.target(node)
    if out != y:
        p.lines.append(f"{copy}({out}, {y})")
    p.lines.append(f"{copy}({out}, {x}, where={condition})")


def _truth(c: Any) -> Any:
    return c != 0


def _astype(p: Replay, step: Step) -> None:
    (node,) = step.results
    copy, x = p.bind("f", p.xp.copyto, "copyto"), p.name(step.reads[0])
    p.lines.append(f"{copy}({p.target(node)}, {x}, 'unsafe')")


def _cast(p: Replay, step: Step) -> None:
    (node,) = step.results
    dtype = p.bind("d", node.dtype, ("dtype", node.dtype))
    p.assign(node, f"{p.name(step.reads[0])}.astype({dtype})")


def _reduce(p: Replay, step: Step) -> None:
    (node,) = step.results
    name, (x,) = REDUCTIONS[node.op], map(p.name, step.reads)
    axis, keepdims = node.static["axis"], bool(node.static["keepdims"])
    if "host" in p.backend.capabilities:
        f = p.bind("f", getattr(p.xp, name).reduce, ("reduce", name))
        p.lines.append(f"{f}({x}, {axis!r}, None, {p.target(node)}, {keepdims})")
        return
    f = p.bind("f", getattr(p.xp, FUNCTIONS[name]), ("reduce", name))
    p.lines.append(f"{f}({x}, axis={axis!r}, out={p.target(node)}, keepdims={keepdims})")


def _matmul(p: Replay, step: Step) -> None:
    (node,) = step.results
    product = getattr(p.backend, "product", lambda X, Y: None)(*node.args) or p.xp.matmul
    f = p.bind("f", product, ("matmul", product))
    x, y = map(p.name, node.args)
    out = "" if "host" in p.backend.capabilities else "out="  # which CuPy wants by name
    p.lines.append(f"{f}({x}, {y}, {out}{p.target(node)})")


def _fft(p: Replay, step: Step) -> None:
    (node,) = step.results
    axes, n, name = node.static["axes"], node.static.get("n"), TRANSFORMS[node.op]
    along, name = (axes[0], name) if len(axes) == 1 else (axes, f"{name}n")
    f = p.bind("f", getattr(p.xp.fft, name), ("fft", name))
    x, norm = p.name(step.reads[0]), node.static["norm"]
    p.lines.append(f"{f}({x}, {n!r}, {along!r}, {norm!r}, {p.target(node)})")


def _view(p: Replay, step: Step) -> None:
    (node,) = step.results
    base = p.name(step.reads[0])
    text = p.view(base, *taken(p.xp, node))
    if text.startswith("b_") or text == base:
        p.names[node] = text
    else:
        p.assign(node, text)


def _add_at(p: Replay, step: Step) -> None:
    (node,) = step.results
    x, v, *indices = map(p.name, node.args)
    fits = node.args[1].dtype == node.dtype
    out = p.target(node)
    if out != x:
        p.lines.append(f"{p.bind('f', p.xp.copyto, 'copyto')}({out}, {x})")
    _add(p, out, node.static["key"], indices, v, fits)


def _add(p: Replay, out: str, key: Key, indices: list[str], v: str, fits: bool) -> None:
    if not (key.is_view and fits):
        f, k = p.bind("f", partial(add_in_place, p.xp), "add_in_place"), p.bind("k", key)
        p.lines.append(f"{f}({out}, {k}, ({''.join(f'{i}, ' for i in indices)}), {v})")
        return
    part = _part_of(p, out, key.parts)
    add = p.bind("f", p.xp.add, ("ufunc", "add"))
    p.lines.append(f"{add}({part}, {v}, {part})")


def _part_of(p: Replay, out: str, parts: Any) -> str:
    text = p.view(out, *at(parts))
    if out[0] != "b":
        p.lines.append(f"t = {text}")
        return "t"
    return text


def _scatter(p: Replay, step: Step) -> None:
    (node,) = step.results
    v, *indices = map(p.name, node.args)
    out = p.target(node)
    p.lines.append(f"{out}.fill(0)")
    key = node.static["key"]
    if key.is_view:
        p.lines.append(f"{p.bind('f', p.xp.copyto, 'copyto')}({_part_of(p, out, key.parts)}, {v})")
    else:
        _add(p, out, key, indices, v, False)


def _pad(p: Replay, step: Step) -> None:
    (node,) = step.results
    (x,) = step.reads
    v, out = p.name(x), p.target(node)
    p.lines.append(f"{out}.fill(0)")
    part = _part_of(p, out, inside(x.shape, node.static["width"]))
    p.lines.append(f"{p.bind('f', p.xp.copyto, 'copyto')}({part}, {v})")


def _roll(p: Replay, step: Step) -> None:
    (node,) = step.results
    x, out = p.name(step.reads[0]), p.target(node)
    copy = p.bind("f", p.xp.copyto, "copyto")
    for to, source in segments(node):
        left, right = p.view(out, *at(to)), p.view(x, *at(source))
        p.lines.append(f"{copy}({left}, {right})")


def _call(p: Replay, step: Step) -> None:
    (node,) = step.results
    if node.elementwise:
        f = p.bind("f", function(p.xp, node.op), ("ufunc", node.op))
        args = [p.name(x) if x.__class__ is Node else p.bind("c", x) for x in node.args]
    else:
        f = p.bind("f", _rule(node, p.backend))
        args = [p.name(x) if x.__class__ is Node else p.bind("c", x) for x in node.args]
    p.assign(node, f"{f}({', '.join(args)})")


def _rule(node: Node, backend: Any) -> Callable[..., Any]:
    """The forward rule or its kernel; its first result is held to the space that was recorded."""
    op = node.op
    rule = op._kernel(backend, "forward") or partial(op.forward, backend.xp)
    rule = partial(rule, **node.static) if node.static else rule
    Y = tuple(map(Space.bare, node.shape, node.dtype)) if isinstance(node.dtype, tuple) else (node,)
    known = False

    def held(*x: Any) -> Any:
        nonlocal known
        try:
            y = rule(*x)
        except Exception as error:
            op.explain(error, *x)
            raise
        if not known:
            check_codomain(op, y, Y)
            known = True
        return y

    return held


def _part(p: Replay, step: Step) -> None:
    (node,) = step.results
    p.assign(node, f"{p.name(step.reads[0])}[{node.args[1]}]")


def _kernel(p: Replay, step: Step) -> None:
    f = p.bind("f", step.kernel, id(step.kernel))
    loads = "".join(f"{p.name(x)}, " for x in step.reads)
    out = "".join(f"{p.target(node)}, " for node in step.results)
    p.lines.append(f"{f}(({out}), ({loads}))")


PRINT: dict[str, Callable[[Replay, Step], None]] = {
    "ufunc": _ufunc, "where": _where, "astype": _astype, "cast": _cast, "reduce": _reduce,
    "matmul": _matmul, "fft": _fft, "view": _view, "add_at": _add_at, "scatter": _scatter,
    "pad": _pad, "roll": _roll, "call": _call, "part": _part, "kernel": _kernel,
}  # fmt: skip
