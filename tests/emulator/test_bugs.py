"""Bugs seeded into two correct kernels, each by name: every one must be caught.

Some show in any run, as an error or as a wrong value in one of the orders of the threads; the
others are found by the sanitizer named.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from emulator import KernelError, Module, absent
from emulator.build import sanitizer_environment

pytestmark = pytest.mark.skipif(absent() is not None, reason=str(absent()))

BLOCK_SUM = """
extern "C" __global__ void sum(int n, const float *x, float *result) {
  __shared__ float part[256];
  const int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
  part[t] = i < n ? x[i] : 0;
  __syncthreads();
  for (int half = 128; half > 0; half /= 2) {
    if (t < half) part[t] += part[t + half];
    __syncthreads();
  }
  if (t == 0) atomicAdd(result, part[0]);
}
"""
WARP_SUM = """
extern "C" __global__ void sum(int n, const float *x, float *result) {
  const int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
  float s = i < n ? x[i] : 0;
  for (int d = 16; d > 0; d /= 2) s += __shfl_down_sync(0xffffffffu, s, d);
  if (t % 32 == 0) atomicAdd(result, s);
}
"""
LANES_SUM = """
extern "C" __global__ void sum(int n, const float *x, float *result) {
  __shared__ float part[256];
  __shared__ unsigned char seen[256];
  const int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
  part[t] = i < n ? x[i] : 0;
  for (int d = 16; d > 0; d /= 2) {
    seen[t] = d;
    __syncwarp();
    const float other = t % 32 < d ? part[t + seen[t]] : 0;
    __syncwarp();
    part[t] += other;
  }
  if (t % 32 == 0) atomicAdd(result, part[t]);
}
"""
DYNAMIC_SUM = BLOCK_SUM.replace("__shared__ float part[256]", "extern __shared__ float part[]")
CORRECT = {"lanes": LANES_SUM, "block": BLOCK_SUM, "warp": WARP_SUM, "dynamic": DYNAMIC_SUM}
GRID, BLOCK, N = 4, 256, 1000
ORDERS = ("forward", "reverse", "random:1", "random:2")
DYNAMIC = 4 * BLOCK


@dataclass(frozen=True)
class Bug:
    """A correct kernel with `old` replaced by `new`, and what is said of it."""

    kernel: str
    old: str
    new: str
    says: str  # part of the error; "value" for a wrong result; what a sanitizer reports
    sanitizer: str = ""
    block: int = BLOCK
    shared: int = DYNAMIC

    @property
    def source(self) -> str:
        text = CORRECT[self.kernel]
        assert self.old in text
        return text.replace(self.old, self.new, 1)


LOAD = "part[t] = i < n ? x[i] : 0;"
BUGS = {
    "missing barrier": Bug("block", "__syncthreads();", "", "value"),
    "missing barrier in the loop": Bug(
        "block", "part[t + half];\n    __syncthreads();", "part[t + half];", "value"
    ),
    "race on shared memory": Bug("block", "__syncthreads();", "", "data race", "races"),
    "race on global memory": Bug(
        "block", "atomicAdd(result, part[0])", "*result += part[0]", "data race", "races"
    ),
    "lanes that have not met": Bug(
        "lanes", "__syncwarp();\n    const", "const", "data race", "races"
    ),
    "lanes that do not meet again": Bug(
        "lanes", "__syncwarp();\n    part", "part", "data race", "races"
    ),
    "lanes of which only some have met": Bug(
        "lanes", "__syncwarp();", "__syncwarp(t % 32 < 16 ? 0xffffu : 0xffff0000u);", "data race",
        "races",
    ),
    "a byte of two threads": Bug("lanes", "seen[t] = d", "seen[t / 2] = d", "data race", "races"),
    "write to what other blocks read": Bug(
        "block", LOAD, f"{LOAD} if (i == 300) ((float *)x)[0] = 1;", "data race", "races"
    ),
    "missing atomic": Bug("warp", "atomicAdd(result, s)", "*result += s", "data race", "races"),
    "divergent barrier": Bug(
        "block", "if (t < half) part[t] += part[t + half];\n    __syncthreads();",
        "if (t < half) { part[t] += part[t + half]; __syncthreads(); }\n"
        "else __syncthreads();", "divergent barrier: thread",
    ),
    "return before a barrier": Bug(
        "block", LOAD, f"if (i >= n) return; {LOAD}", "divergent barrier: 24 of 256 threads",
    ),
    "barrier and shuffle at once": Bug(
        "warp", "float s =", "if (t == 0) __syncthreads(); float s =", "deadlock",
    ),
    "mask of lanes that have returned": Bug(
        "warp", "float s =", "if (i >= n) return; float s =", "returned"
    ),
    "mask without the caller": Bug(
        "warp", "0xffffffffu", "0x7fffffffu", "not named by its own mask"
    ),
    "masks that differ": Bug(
        "warp", "0xffffffffu", "(t & 1 ? 0xffffffffu : 0x55555555u)", "deadlock"
    ),
    "mask beyond the block": Bug(
        "warp", "0xffffffffu", "(t < 32 ? 0xffffffffu : 0xffffu)", "beyond the block", block=40
    ),
    "shuffle from a lane outside its mask": Bug(
        "warp", "__shfl_down_sync(0xffffffffu, s, d)",
        "__shfl_sync(t & 16 ? 0xffff0000u : 0x0000ffffu, s, (t + d) & 31)", "value",
    ),
    "shuffle of a width that is no power of 2": Bug("warp", "s, d)", "s, d, 24)", "power of 2"),
    "uninitialised shared memory": Bug("block", LOAD, "if (i < n) part[t] = x[i];", "value"),
    "missing guard, read": Bug("block", LOAD, "part[t] = x[i];", "heap-buffer-overflow", "address"),
    "missing guard, write": Bug(
        "block", "if (t == 0) atomicAdd(result, part[0])", "result[t] = part[0]",
        "heap-buffer-overflow", "address",
    ),
    "out of bounds of shared memory": Bug(
        "block", "part[t + half]", "part[t + half + 1]", "out of bounds", "undefined"
    ),
    "write beyond dynamic shared memory": Bug(
        "dynamic", LOAD, f"{LOAD} part[t + 1] = 0;", "beyond the 1024 bytes",
    ),
    "dynamic shared memory too small": Bug(
        "dynamic", "half = 128", "half = 128", "beyond the 1020 bytes", shared=DYNAMIC - 4
    ),
    "dynamic shared memory forgotten": Bug(
        "dynamic", "half = 128", "half = 128", "beyond the 0 bytes", shared=0
    ),
    "too much shared memory": Bug(
        "block", "part[256]", "part[256], more[12200]", "more than 49152"
    ),
    "too many threads": Bug("block", "half = 128", "half = 128", "at most 1024", block=1025),
    "no threads": Bug("block", "half = 128", "half = 128", "invalid block", block=0),
    "overflow of an index": Bug(
        "block", "blockIdx.x * blockDim.x + t;",
        "blockIdx.x * blockDim.x + t; int far = 1 << 30; far *= n; part[t] = far;",
        "signed integer overflow", "undefined",
    ),
}  # fmt: skip


def run(source: str, block: int = BLOCK, shared: int = DYNAMIC) -> float:
    """The sum of N numbers by a kernel."""
    x = np.random.default_rng(0).normal(size=N).astype(np.float32)
    result = np.zeros(1, np.float32)
    dynamic = shared if "extern __shared__" in source else 0
    Module(source).sum(np.int32(N), x, result, grid=(GRID,), block=(block,), shared=dynamic)
    return float(result[0] - x.sum(dtype=np.float64))


def is_right(difference: float) -> bool:
    return abs(difference) < 1e-3


def under_sanitizer(name: str, source: str) -> subprocess.CompletedProcess:
    """Run a kernel in a process of a sanitizer's, with the source on standard input."""
    command = [sys.executable, "-c", "import sys\nfrom emulator.test_bugs import run\n"
               "print('difference', run(sys.stdin.read()))"]  # fmt: skip
    env = os.environ | sanitizer_environment(name)
    env["PYTHONPATH"] = str(Path(__file__).parents[1])
    return subprocess.run(
        command, input=source, env=env, capture_output=True, text=True, timeout=300
    )


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("kernel", CORRECT)
def test_correct_kernels_are_right_in_every_order(kernel, order, monkeypatch):
    monkeypatch.setenv("EMULATOR_ORDER", order)
    assert is_right(run(CORRECT[kernel]))


@pytest.mark.parametrize("sanitizer", ["address", "undefined", "races"])
@pytest.mark.parametrize("kernel", CORRECT)
def test_correct_kernels_pass_every_sanitizer(kernel, sanitizer):
    done = under_sanitizer(sanitizer, CORRECT[kernel])
    assert done.returncode == 0, done.stderr
    assert is_right(float(done.stdout.split()[1]))


@pytest.mark.parametrize("name", [n for n, bug in BUGS.items() if not bug.sanitizer])
def test_bug_is_caught(name, monkeypatch):
    bug = BUGS[name]
    if bug.says == "value":
        wrong = []
        for order in ORDERS:
            monkeypatch.setenv("EMULATOR_ORDER", order)
            wrong.append(not is_right(run(bug.source, bug.block)))
        assert any(wrong)
    else:
        with pytest.raises(KernelError, match=bug.says):
            run(bug.source, bug.block, bug.shared)


@pytest.mark.parametrize("name", [n for n, bug in BUGS.items() if bug.sanitizer])
def test_bug_is_caught_by_a_sanitizer(name):
    bug = BUGS[name]
    done = under_sanitizer(bug.sanitizer, bug.source)
    assert done.returncode != 0
    assert bug.says in done.stderr


def test_an_engine_that_failed_goes_on():
    with pytest.raises(KernelError):
        run(BUGS["return before a barrier"].source)
    assert is_right(run(BLOCK_SUM))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((np.int64(3), np.ones(3, "f4"), np.ones(1, "f4")), "type l, not i"),
        ((np.float32(3), np.ones(3, "f4"), np.ones(1, "f4")), "type f, not i"),
        ((np.int32(3), np.float32(1), np.ones(1, "f4")), "type f, not P"),
        ((3, np.ones(3, "f4"), np.ones(1, "f4")), "no array or NumPy scalar"),
        ((np.int32(3), np.ones(3, "f4")), "takes 3 arguments, not 2"),
    ],
)
def test_arguments_of_another_type_are_refused(arguments, says):
    with pytest.raises(TypeError, match=says):
        Module(BLOCK_SUM).sum(*arguments, grid=(1,), block=(256,))
