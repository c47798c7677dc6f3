"""Both backends on one thread, in pixels x angles per second of processor time: `python speed.py`.

The status is 1 where `native` is below FLOOR, or below RATIO times the NumPy form.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = "1"

from collections.abc import Callable
from time import process_time

import numpy as np

import riesz
from riesz_tomography import Fan, Parallel, backproject, project

SIZE, ANGLES, ROUNDS = 512, 180, 5
FLOOR, RATIO = 1e8, 5.0
TURN = np.arange(ANGLES) / ANGLES
BEAMS = {
    "parallel": Parallel(np.pi * TURN, 726, shape=SIZE),
    "fan": Fan(2 * np.pi * TURN, 726, 1.6, shape=SIZE, source_origin=1000, origin_detector=500),
}


def seconds(call: Callable[[], object]) -> float:
    """Processor time of one call."""
    begin = process_time()
    call()
    return process_time() - begin


def rates(call: Callable[[], object], backend: str, rounds: int) -> float:
    """The best of several rounds."""
    with riesz.use_backend(backend):
        call()
        return SIZE * SIZE * ANGLES / min(seconds(call) for _ in range(rounds))


def main() -> int:
    """Print the rows of the table in the README."""
    rng, slow = np.random.default_rng(0), False
    for name, geometry in BEAMS.items():
        for dtype in (np.float64, np.float32):
            x = rng.standard_normal(geometry.shape).astype(dtype)
            a = rng.standard_normal(geometry.sinogram_shape).astype(dtype)
            for op, given in ((project, x), (backproject, a)):
                call = lambda op=op, given=given, G=geometry: op(given, geometry=G)  # noqa: E731
                plain, native = rates(call, "numpy", 1), rates(call, "native", ROUNDS)
                words = f"{op.name}, {name}, {np.dtype(dtype).name}"
                ratio = native / plain
                print(f"| {words} | {plain:.1e} | {native:.1e} | {ratio:.0f} |", flush=True)
                slow |= native < max(FLOOR, RATIO * plain)
    return int(slow)


if __name__ == "__main__":
    raise SystemExit(main())
