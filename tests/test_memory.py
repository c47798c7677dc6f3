"""Large arrays of eager programs are not made of fresh pages again and again."""

import subprocess
import sys

import pytest

PROGRAM = """
import resource
import numpy as np
import riesz

gradient = riesz.grad(lambda x: np.sum(np.sin(x) * x[::-1] ** 2))
x = np.ones({n})
gradient(x)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    gradient(x)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="of glibc")
@pytest.mark.parametrize("n", [20_000, 100_000, 1_000_000])
def test_their_pages_are_used_again(n):
    run = [sys.executable, "-c", PROGRAM.format(n=n)]
    faults = int(subprocess.run(run, capture_output=True, text=True, check=True).stdout)
    assert faults < 20 * n * 8 / 4096  # less than one new array for each gradient
