"""Every text that the backend `pycuda` gives to the CUDA compiler, collected without executing any.

The operators run on a device that stands in for the GPU: it keeps the texts of what is launched and
computes nothing. Neither PyCUDA nor a compiler is needed.
"""

from __future__ import annotations

import hashlib
import json
import os
import pkgutil
import re
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from unittest import mock

import numpy as np
import scipy.special

import riesz
import riesz_backends.pycuda
from riesz.conformance import checks
from riesz.conformance.plan import planned
from riesz.registry import registry
from riesz_backends.pycuda.device import Device
from riesz_backends.pycuda.namespace import PRINTED

RECORD = "RIESZ_RECORD_KERNELS"  # the file to which a run of tests writes its texts
OURS = (riesz, riesz_backends)
NO_KERNELS = ("test_nvrtc.py", "test_vocabulary.py")  # of the backend
#: The checks that meet all kernels but a few of second derivatives.
ASKED = (
    checks.reference_values, checks.adjoint_identity, checks.layout, checks.compiled,
    checks.compiled_covector,
)  # fmt: skip


class Memory:
    """Zeros on the host, in the place of an allocation."""

    def __init__(self, size):
        self.bytes = np.zeros(size + 16, np.uint8)

    def __int__(self):
        return self.bytes.ctypes.data + 15 & ~15


class Recorder(Device):
    """What the backend asks of its device; PyCUDA need not be there."""

    name, capability, compiler = "a record of texts, not a GPU", (7, 5), "none"

    def __init__(self):
        pycuda = mock.MagicMock()
        with mock.patch.dict(sys.modules, {"pycuda": pycuda, "pycuda.driver": pycuda.driver}):
            super().__init__()
        self.driver.memcpy_dtoh = lambda y, source: y.fill(0)
        self.texts = set()

    def current(self):
        return nullcontext()

    def allocate(self, size):
        return Memory(size) if size else None

    def run(self, text, *arguments, **options):
        self.texts.add(text)


@cache
def recorded(dtype):
    """The texts that all registered operators need in a dtype, sorted."""
    recorder = Recorder()
    backend = riesz_backends.pycuda.PycudaBackend()
    registry.load()
    with in_place(recorder), mock.patch.object(type(backend), "probe", return_value=None):
        for cell in planned([backend], None, [dtype]).cells:
            list(replace(cell, checks=ASKED).results())  # whatever comes of zeros
        _vocabulary(backend, np.dtype(dtype))
    return tuple(sorted(recorder.texts))


def _vocabulary(backend, dtype):
    """Every function that is printed."""
    x = backend.asarray(np.zeros(3, dtype))
    for name in PRINTED:
        function = getattr(backend.xp if hasattr(backend.xp, name) else backend.xp.special, name)
        for arguments in ((x,), (x, x), (x > 0, x, x)):
            with suppress(TypeError, ValueError, IndexError):  # of other arguments
                if _arity(name) in (None, len(arguments)):
                    function(*arguments)


def _arity(name):
    """How many arguments a function has, those that SciPy lets be left out too; None: unknown."""
    found = (getattr(module, name, None) for module in (np, scipy.special))
    ufuncs = (f.nin for f in found if isinstance(f, np.ufunc))
    return 2 if name in ("lambertw", "zeta") else next(ufuncs, None)


@contextmanager
def in_place(recorder):
    """Inside `with`, it is the device of the backend."""
    package = riesz_backends.pycuda
    names = [m.name for m in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    with ExitStack() as stack:
        for module in map(import_module, names):
            if hasattr(module, "device"):
                replaced = mock.patch.object(module, "device", return_value=recorder)
                stack.enter_context(replaced)
        yield


def tests():
    """The files of tests that launch kernels of the backend."""
    found = (Path(__file__).parent / "cuda").glob("test_*.py")
    return sorted(str(file) for file in found if file.name not in NO_KERNELS)


@cache
def of_tests():
    """The texts that the tests of the backend need, run on a recorder: sorted.

    They go on where a value is wrong, as all are. What else fails in them is no matter here.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "texts.json"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "kernel_texts"]
        env = os.environ | {RECORD: str(file), "PYTHONPATH": str(Path(__file__).parent)}
        subprocess.run([*command, *tests()], env=env, capture_output=True, check=False)
        return tuple(json.loads(file.read_text()))


def pytest_configure(config):
    """As a plugin of pytest: begin to record."""
    if RECORD not in os.environ:
        return
    recorder = Recorder()
    stack = ExitStack()
    stack.enter_context(in_place(recorder))
    stack.enter_context(
        mock.patch.object(riesz_backends.pycuda.PycudaBackend, "probe", return_value=None)
    )
    for name in ("assert_allclose", "assert_array_equal", "assert_equal"):
        stack.enter_context(mock.patch.object(np.testing, name))
    config.add_cleanup(
        lambda: Path(os.environ[RECORD]).write_text(json.dumps(sorted(recorder.texts)))
    )
    config.add_cleanup(stack.close)


def kernels(text):
    """The names of the kernels in a text."""
    return set(re.findall(r"__global__\s+void\s+(?:__launch_bounds__\s*\([^)]*\)\s*)?(\w+)", text))


def resources(packages=OURS):
    """The files of CUDA that come with packages, by name."""
    roots = [Path(root) for package in packages for root in package.__path__]
    found = [file for root in roots for file in root.rglob("*.cu")]
    return {file.name: file.read_text() for file in sorted(found, key=lambda file: file.name)}


def with_kernels(packages=OURS):
    """Those of them that hold kernels or barriers, not only functions of a number."""
    return {n: t for n, t in resources(packages).items() if "__global__" in t or "__sync" in t}


@cache
def digest():
    """Of all texts: it changes with any kernel. Another process, which knows no kernel yet."""
    command = [sys.executable, __file__]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.split()[-1]


def main():
    """Print the digest."""
    texts = {*resources().values(), *recorded("float32"), *recorded("float64")}
    print(hashlib.sha256("\0".join(sorted(texts)).encode()).hexdigest())


if __name__ == "__main__":
    main()
