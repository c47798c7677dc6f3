"""Ratios of value and gradient to hand-written NumPy, and to the plain forward program.

    python tests/benchmarks/ratios.py                  # every workload
    python tests/benchmarks/ratios.py -w chain,fan-out --rounds 30

One process, one thread, CPU time; the variants of a workload take turns, and a ratio is the median
over rounds of the ratios inside a round, so that a slow phase of the machine meets all alike.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # before NumPy is imported
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np  # noqa: E402
from workloads import LENGTHS, WORKLOADS, Workload  # noqa: E402

import riesz  # noqa: E402

COLUMNS = "{:<24}{:>9}{:>9}{:>9}{:>9}{:>7}{:>9}{:>8}{:>10}{:>9}"
Call = Callable[[], Any]


def time_of(call: Call, calls: int) -> float:
    """CPU seconds of one call, the mean of `calls`."""
    start = time.process_time()
    for _ in range(calls):
        call()
    return (time.process_time() - start) / calls


def rounds_of(variants: dict[str, Call], rounds: int, span: float = 0.02) -> dict[str, list[float]]:
    """The times of each variant, one per round, the variants taking turns."""
    calls = {name: max(1, int(span / max(time_of(f, 1), 1e-7))) for name, f in variants.items()}
    times: dict[str, list[float]] = {name: [] for name in variants}
    gc.collect()
    for _ in range(rounds):
        for name, variant in variants.items():
            times[name].append(time_of(variant, calls[name]))
    return times


def ratio(times: dict[str, list[float]], over: str, under: str) -> float:
    """The median of the ratios inside a round."""
    return median(a / b for a, b in zip(times[over], times[under], strict=True))


def peak_arrays(call: Call, nbytes: int) -> float:
    """The peak of memory that `call` allocates, in multiples of `nbytes`."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / nbytes


def variants(w: Workload) -> dict[str, Call]:
    """What is timed of a workload: the plain program, both gradients."""
    x, c = w.make()
    every = tuple(range(len(x)))
    by_riesz = riesz.value_and_grad(lambda *x: w.objective(*x, **c), argnums=every)
    return {
        "forward": lambda: w.objective(*x, **c),
        "hand": lambda: w.hand(*x, **c),
        "riesz": lambda: by_riesz(*x),
        **compiled(by_riesz, *x),
    }


def compiled(f: Call, *x: Any) -> dict[str, Call]:
    """f compiled on each backend of NumPy's arrays that can run here."""
    found: dict[str, Call] = {}
    for name in ("numpy", "native"):
        if name in riesz.list_backends() and riesz.get_backend(name).probe() is None:
            plan = riesz.compile(f, backend=name)
            found[name] = lambda plan=plan: plan(*x)
    return found


def hvp_variants(w: Workload) -> dict[str, Call]:
    """The same for the Hessian in one direction."""
    (x,), _ = w.make()
    u = np.random.default_rng(1).standard_normal(x.shape)
    return {
        "forward": lambda: w.objective(x),
        "hand": lambda: w.hvp(x, u),
        "riesz": lambda: riesz.hvp(w.objective, x, u),
        **compiled(lambda x, u: riesz.hvp(w.objective, x, u), x, u),
    }


def row(name: str, calls: dict[str, Call], goal: float, rounds: int, nbytes: int) -> str:
    """One line of the table."""
    times = rounds_of(calls, rounds)
    by_hand = ratio(times, "riesz", "hand")
    best = {k: 1e3 * min(v) for k, v in times.items()}
    return COLUMNS.format(
        name,
        f"{best['forward']:.3f}",
        f"{best['hand']:.3f}",
        f"{best['riesz']:.3f}",
        f"{by_hand:.2f}" + "*" * (by_hand > goal),
        f"{goal:.2f}",
        f"{ratio(times, 'riesz', 'forward'):.2f}",
        f"{peak_arrays(calls['riesz'], nbytes):.1f}",
        *(f"{ratio(times, k, 'hand'):.2f}" if k in times else "-" for k in ("numpy", "native")),
    )


def rows(w: Workload, rounds: int) -> list[str]:
    """The lines of one workload."""
    nbytes = sum(x.nbytes for x in w.make()[0])
    lines = [row(w.name, variants(w), w.goal, rounds, nbytes)]
    if w.hvp is not None:
        lines.append(row(f"{w.name}, hvp", hvp_variants(w), w.hvp_goal, rounds, nbytes))
    return lines


def lengths(rounds: int) -> list[str]:
    """The cost of one node of a chain against its length."""
    per_node = {}
    for w in LENGTHS:
        times = rounds_of({"riesz": variants(w)["riesz"]}, max(3, rounds // 2))
        per_node[w.make()[1]["nodes"]] = median(times["riesz"]) / w.make()[1]["nodes"] * 1e6
    lines = [f"length {n:<8} {t:8.2f} us/node" for n, t in per_node.items()]
    return [*lines, f"1e5 over 1e3: {per_node[100_000] / per_node[1000]:.2f} (goal 1.6)"]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-w", "--workloads", default="", help="parts of names, comma-separated")
    parser.add_argument("--rounds", type=int, default=15)
    chosen = parser.parse_args()
    wanted = chosen.workloads.split(",")
    heads = ("forward", "hand", "riesz", "/hand", "goal", "/forward", "peak", "compiled", "native")
    print(COLUMNS.format("CPU ms", *heads))
    for w in WORKLOADS:
        if any(part in w.name for part in wanted):
            try:
                print(*rows(w, chosen.rounds), sep="\n", flush=True)
            except Exception as error:  # one workload that fails leaves the others
                print(f"{w.name:<24}{type(error).__name__}: {error}"[:96], flush=True)
    if any(part in "length" for part in wanted):
        print("", *lengths(chosen.rounds), sep="\n")
    print("\n* above its goal; peak: memory allocated, in multiples of the arguments;")
    print("compiled, native: value and gradient compiled on those backends, over hand")


if __name__ == "__main__":
    main()
