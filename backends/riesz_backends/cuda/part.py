"""The results of a cluster that one kernel computes: those that are reduced along the same axes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from riesz.errors import UnsupportedOperator
from riesz.formula.c import Writer
from riesz.formula.dialect import CUDA
from riesz.formula.expression import topological
from riesz.plan.cluster import Cluster, Load, Result

PACK_BYTES = 16
LONG = 64  # steps
PARAMETER_BYTES = 4096  # of one launch
LENGTHY = re.compile(r"\b((?:sin|cos|tan)f?)\(")  # for large arguments they loop
COPIES = 16
SHARED = "static __device__ __noinline__ {T} riesz_shared_{name}({T} x) {{ return {name}(x); }}"
ENTRY = """static __device__ __forceinline__ void riesz_entry@({parameters}) {{
{statements}
}}

"""


@dataclass(frozen=True, eq=False)
class Part:
    """Results `results` of a cluster, in one pass over its domain.

    `axes`: those that its reductions reduce; all of them if it has none.
    """

    cluster: Cluster
    results: tuple[int, ...]
    axes: tuple[int, ...]

    @cached_property
    def loads(self) -> tuple[int, ...]:
        """The loads that it reads."""
        nodes = set(topological([self.cluster.results[k].root for k in self.results]))
        argument, n = self.cluster.symbols.argument, len(self.cluster.loads)
        return tuple(i for i in range(n) if argument(i) in nodes)

    @property
    def stored(self) -> list[tuple[int, Result]]:
        """The results over the whole domain."""
        return [(k, r) for k, r in self._results() if r.reduce is None]

    @property
    def reduced(self) -> list[tuple[int, Result]]:
        """The results that are reductions."""
        return [(k, r) for k, r in self._results() if r.reduce is not None]

    @property
    def loaded(self) -> list[tuple[int, Load]]:
        """The loads with their places in the cluster."""
        return [(i, self.cluster.loads[i]) for i in self.loads]

    def _results(self) -> list[tuple[int, Result]]:
        return [(k, self.cluster.results[k]) for k in self.results]

    @property
    def width(self) -> int:
        """How many neighbouring entries a thread computes: 16 bytes of the largest type.

        One of a long program: loading is little of it, and a compiler's time grows with every copy.
        """
        if len(self.cluster.expressions) > LONG:
            return 1
        sizes = [r.dtype.itemsize for _, r in self.stored]
        sizes += [x.dtype.itemsize for _, x in self.loaded]
        return max(1, PACK_BYTES // max(sizes, default=PACK_BYTES))

    @cached_property
    def entry(self) -> tuple[str, dict[str, str]]:
        """The function that computes one entry, and the helpers that it calls."""
        writer = Writer(CUDA, self.cluster.dtypes)
        for i in self.loads:
            writer.names[self.cluster.symbols.argument(i)] = f"x{i}"
        writer.write(*(self.cluster.results[k].root for k in self.results))
        taken = [f"{CUDA.type(r.dtype)} &y{k}" for k, r in self.stored]
        taken += [f"{CUDA.type(r.dtype)} &a{k}" for k, r in self.reduced]
        taken += [f"const {CUDA.type(x.dtype)} x{i}" for i, x in self.loaded]
        lines = [*writer.lines, *(_statement(k, r, writer) for k, r in self._results())]
        statements, helpers = _shared("\n".join(f"  {line}" for line in lines), writer.helpers)
        return ENTRY.format(parameters=", ".join(taken), statements=statements), helpers


def _shared(text: str, helpers: dict[str, str]) -> tuple[str, dict[str, str]]:
    """A text whose many calls of long functions share one copy of each; what it calls then.

    nvcc's time grows with the square of the copies: 200 sines took 9 s.
    """
    names = LENGTHY.findall(text)
    if len(names) <= COPIES:
        return text, helpers
    shared = {
        f"riesz_shared_{name}": SHARED.format(name=name, T="float" if name[-1] == "f" else "double")
        for name in names
    }
    return LENGTHY.sub(r"riesz_shared_\1(", text), helpers | shared


def _statement(k: int, r: Result, writer: Writer) -> str:
    value = writer.operand(r.root, r.dtype)
    if r.reduce is None:
        return f"y{k} = {value};"
    return f"a{k} = riesz_{r.reduce[0]}::join<{CUDA.type(r.dtype)}>(a{k}, {value});"


def parts(cluster: Cluster) -> list[Part]:
    """Those of a cluster; `UnsupportedOperator` for what no kernel can express."""
    _refuse(cluster)
    by_axes: dict[tuple[int, ...], list[int]] = {}
    for k, r in enumerate(cluster.results):
        if r.reduce is not None:
            by_axes.setdefault(_axes(r.reduce[1], cluster.domain), []).append(k)
    whole = tuple(range(len(cluster.domain)))
    stored = [k for k, r in enumerate(cluster.results) if r.reduce is None]
    if stored:  # with the first reductions, which read what they read
        first = next(iter(by_axes), whole)
        by_axes[first] = [*stored, *by_axes.get(first, ())]
    return [Part(cluster, tuple(results), axes) for axes, results in by_axes.items()]


def _axes(axes: tuple[int, ...], domain: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(i for i in sorted(axes) if domain[i] != 1)


def _refuse(cluster: Cluster) -> None:
    if cluster.scalars:
        raise UnsupportedOperator("A kernel takes numbers as arrays of shape ().")
    arrays = len(cluster.results) + sum(x.shape.count(1) < len(x.shape) for x in cluster.loads)
    axes, operands = len(cluster.domain), len(cluster.loads) + len(cluster.results)
    needed = 8 * (operands + axes + 3 * arrays * axes + 6)
    if needed > PARAMETER_BYTES:
        raise UnsupportedOperator(
            f"A kernel has at most {PARAMETER_BYTES} bytes of parameters; {operands} arrays of "
            f"{axes} axes may need {needed}."
        )
    for r in cluster.results:
        if r.reduce and r.dtype.kind == "c" and r.reduce[0] in ("max", "min"):
            raise UnsupportedOperator("CUDA has no order of complex numbers.")


def refusal(cluster: Cluster) -> str | None:
    """Why no kernel can express a cluster, or None."""
    try:
        for part in parts(cluster):
            part.entry  # noqa: B018  (what is asked is whether it can be printed)
    except UnsupportedOperator as error:
        return str(error)
    return None
