"""Unmodified PyCUDA on the emulated driver: in processes of its own, for a driver is found once."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from emulator import driver

pytestmark = pytest.mark.skipif(driver.absent() is not None, reason=str(driver.absent()))

START = """
import numpy as np
from emulator import driver
driver.activate()
import pycuda.driver as cuda
cuda.init()
context = cuda.Device(0).retain_primary_context()
context.push()
from pycuda.compiler import SourceModule
def module(source, **options):
    return SourceModule(source, cache_dir=False, no_extern_c=True, **options)
KERNEL = '''extern "C" __global__ void scale(float *x, float a, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) x[i] *= a;
}'''
"""
END = "\ncontext.pop()\n"


def run(program, **environment):
    """A program on the emulated driver."""
    env = os.environ | environment | {"PYTHONPATH": str(Path(__file__).parents[1])}
    text = START + textwrap.dedent(program) + END
    command = [sys.executable, "-c", text]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)


def succeeds(program):
    done = run(program)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_device_says_what_it_is():
    assert succeeds("print(cuda.Device(0).name())").strip() == driver.NAME


def test_a_kernel_runs():
    succeeds(
        """
        x = np.arange(1000, dtype=np.float32)
        d = cuda.to_device(x)
        module(KERNEL).get_function("scale")(
            d, np.float32(3), np.int32(1000), block=(128, 1, 1), grid=(8, 1))
        np.testing.assert_array_equal(cuda.from_device_like(d, x), 3 * x)
        """
    )


def test_pycuda_s_own_arrays_run():
    succeeds(
        """
        import warnings
        warnings.simplefilter("ignore")
        import pycuda.gpuarray as gpuarray
        x = gpuarray.to_gpu(np.linspace(0, 1, 500))
        np.testing.assert_allclose((2 * x * x + 1).get(), 2 * np.linspace(0, 1, 500) ** 2 + 1)
        """
    )


def test_fresh_memory_holds_nan():
    succeeds(
        """
        y = np.empty(64, np.float32)
        cuda.memcpy_dtoh(y, cuda.mem_alloc(256))
        assert np.isnan(y).all()
        """
    )


def test_constant_memory_is_found():
    succeeds(
        """
        m = module('__constant__ float a[4]; extern "C" __global__ void k(float *y)'
                   '{ y[threadIdx.x] = a[threadIdx.x]; }')
        address, size = m.get_global("a")
        assert size == 16
        cuda.memcpy_htod(address, np.arange(4, dtype="f4"))
        y = cuda.mem_alloc(16)
        m.get_function("k")(y, block=(4, 1, 1), grid=(1, 1))
        assert cuda.from_device(y, 4, np.float32).tolist() == [0, 1, 2, 3]
        """
    )


@pytest.mark.parametrize(
    ("launch", "says"),
    [
        ("np.float32(3), np.int32(300), block=(128, 1, 1), grid=(3, 1)", "beyond an allocation"),
        ("np.float32(3), np.int32(8), block=(2000, 1, 1), grid=(1, 1)", "at most 1024"),
        ("np.float64(3), np.int32(8), block=(8, 1, 1), grid=(1, 1)", "bytes, 16 are expected"),
        ("np.float32(3), block=(8, 1, 1), grid=(1, 1)", "bytes, 16 are expected"),
    ],
)
def test_a_wrong_launch_is_an_error(launch, says):
    program = f"""
        d = cuda.to_device(np.zeros(256, np.float32))
        f = module(KERNEL).get_function("scale")
        f(d, {launch})
        """
    done = run(program)
    assert done.returncode != 0
    assert says in done.stderr


def test_a_copy_beyond_an_allocation_is_an_error():
    done = run("cuda.memcpy_htod(cuda.mem_alloc(8), np.zeros(3))\n")
    assert done.returncode != 0
    assert "invalid argument" in done.stderr


def test_what_does_not_compile_is_an_error():
    done = run("module('extern \"C\" __global__ void k(float *x) { x[0] = undefined(1); }')\n")
    assert done.returncode != 0
    assert "undefined" in done.stderr


def test_without_a_device_there_is_a_reason():
    done = run("", EMULATOR_NO_DEVICE="1")
    assert done.returncode != 0
    assert "no CUDA-capable device" in done.stderr
