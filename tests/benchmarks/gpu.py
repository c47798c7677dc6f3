"""Value and gradient on a GPU: Riesz, CuPy by hand, torch, torch.compile and jax in one run.

    python tests/benchmarks/gpu.py                       the sizes for a GPU
    python tests/benchmarks/gpu.py --size 1e-4 --dry     small, on the CPU: only that it runs

Each number is the median time of many runs, after one that compiles. The floor is what the memory
and the arithmetic allow: the bytes that must be moved over the bandwidth of a copy, or the floating
point operations over their rate in a matrix product of single precision, both measured in this run,
whichever takes longer. What is not installed is named, with the reason.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from gpu_columns import Column, Run, clock_of, columns, forget
from gpu_programs import PROGRAMS, Program

from riesz.backend import backends

CLOSE = 2e-2  # of single precision over a thousand steps; a wrong gradient is further off


def median(column: Column, run: Run, repeat: int) -> float:
    """The median time of `run`, in seconds."""
    assert column.seconds is not None
    return statistics.median(column.seconds(run) for _ in range(repeat))


def rates(size: float, dry: bool, repeat: int) -> dict[str, float]:
    """Bytes and floating point operations per second: a copy, and a matrix product."""
    backend = usable(["numpy"] if dry else ["cupy", "pycuda"])[0]
    clock = Column("", None, None, clock_of(backend.name))
    n, m = max(1024, int(2.56e8 * size)), max(64, int(8192 * size**0.5))
    x = backend.asarray(np.ones(n, np.float32))
    A = backend.asarray(np.ones((m, m), np.float32))
    x.copy(), A @ A  # what is compiled or allocated at first
    copy, product = median(clock, x.copy, repeat), median(clock, lambda: A @ A, repeat)
    return {"bytes": 2 * 4 * n / copy, "flops": 2 * m**3 / product}


def usable(names: list[str]) -> list[Any]:
    """The backends that can run here; an error with the reasons if none can."""
    found = [backends.load(name) for name in names]
    if all(b.probe() for b in found):
        sys.exit("\n".join(f"{b.name}: {b.probe()}" for b in found) + "\nTry --dry --size 1e-4.")
    return [b for b in found if b.probe() is None]


def measured(program: Program, columns: list[Column], size: float, repeat: int) -> dict[str, Any]:
    """Seconds of each column, or why there are none."""
    numbers, expected, found = program.make(size), None, {}
    for column in columns:
        try:
            found[column.name], gradient = timed(column, program, numbers, repeat)
        except Exception as error:  # out of memory, no kernel: the others are still of interest
            found[column.name] = f"{type(error).__name__}: {str(error)[:90]}"
            continue
        expected = gradient if expected is None else expected
        if np.linalg.norm(gradient - expected) > CLOSE * np.linalg.norm(expected):
            found[column.name] = "a gradient that differs from that of the first column"
        forget()
    return {"seconds": found, "bytes": program.bytes(numbers), "flops": program.flops(numbers)}


def timed(column: Column, program: Program, numbers: Any, repeat: int) -> tuple[float, Any]:
    """The median time, and the gradient on the host."""
    assert column.prepare is not None
    run = column.prepare(program, numbers)
    _, gradient = run()
    on_host = column.host(gradient)
    return median(column, run, repeat), on_host


def show(name: str, row: dict[str, Any], rate: dict[str, float]) -> None:
    """Print the times of a program, and how many times the floor they are."""
    floor = max(row["bytes"] / rate["bytes"], row["flops"] / rate["flops"])
    print(f"\n{name}: floor {1e3 * floor:.3f} ms")
    for column, seconds in row["seconds"].items():
        told = seconds if isinstance(seconds, str) else f"{1e3 * seconds:.3f} ms"
        ratio = "" if isinstance(seconds, str) else f"  {seconds / floor:.2f} x the floor"
        print(f"  {column:24s} {told}{ratio}")


def main(words: list[str]) -> int:
    """Measure and print; write JSON if asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--size", type=float, default=1.0, help="a factor on the sizes for a GPU")
    parser.add_argument("--repeat", type=int, default=21, help="runs of which the median is taken")
    parser.add_argument("--dry", action="store_true", help="on the CPU: measures no GPU")
    parser.add_argument("--report", type=Path, help="write JSON")
    args = parser.parse_args(words)
    names = ["numpy", "native", "pycuda"] if args.dry else ["cupy", "pycuda"]
    routes = {b.name: b.route() for b in usable(names)}
    some, rate = columns(names, args.dry), rates(args.size, args.dry, args.repeat)
    if args.dry:
        print("A dry run on the CPU: nothing here was measured on a GPU.")
    for column in some:
        if column.absent:
            print(f"absent: {column.name}: {column.absent}")
    print(f"copy {rate['bytes'] / 1e9:.1f} GB/s, product {rate['flops'] / 1e12:.3f} Tflop/s")
    report = {"size": args.size, "routes": routes, "rates": rate, "programs": {}}
    for program in PROGRAMS:
        present = [column for column in some if not column.absent]
        report["programs"][program.name] = row = measured(program, present, args.size, args.repeat)
        show(program.name, row, rate)
    if args.report:
        args.report.write_text(json.dumps(report, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
