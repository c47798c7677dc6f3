"""The CuPy backend without a GPU: when it runs, what it asks of CuPy, and its own code on NumPy."""

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

import riesz
from riesz.backend import asarray, list_backends, to_numpy
from riesz.conformance import Draw, run
from riesz.conformance.application import Application, pull
from riesz.errors import UnsupportedOperator
from riesz.registry import registry
from riesz_backends.cupy import CupyBackend, backend
from riesz_backends.cupy.library import Library
from riesz_backends.cupy.namespace import LACKS, Namespace
from riesz_backends.cupy.special import LACKING
from riesz_backends.cupy.unsupported import REASONS

registry.load()
NAMES = json.loads((Path(__file__).parent / "names.json").read_text())
PART = (
    "add power tanh erf astype sum mean var prod max cumsum getitem index_set scatter concatenate "
    "roll matmul sparse_matmul einsum fftn irfftn dct dst solve pinv p_norm eigh cholesky svd expm "
    "quantile_place running_argument polygamma logical_and "
    "logsumexp gammainc"
).split()


class FakeCuda:
    """CuPy's runtime as far as `probe` asks."""

    CUDARuntimeError = RuntimeError

    def __init__(self, driver=13000, needed=13020, devices=1):
        self.driver, self.needed, self.devices = driver, needed, devices

    def driverGetVersion(self):
        return self.driver

    def runtimeGetVersion(self):
        return self.needed

    def getDeviceCount(self):
        if isinstance(self.devices, Exception):
            raise self.devices
        return self.devices


def probe_of(monkeypatch, version="14.2.0", **cuda):
    module = ModuleType("fake_cupy")
    module.__version__ = version
    module.cuda = SimpleNamespace(runtime=FakeCuda(**cuda))
    monkeypatch.setitem(sys.modules, "fake_cupy", module)
    return CupyBackend(Library("fake_cupy", "fake_cupyx")).probe()


def test_a_gpu_that_works(monkeypatch):
    assert probe_of(monkeypatch) is None
    assert probe_of(monkeypatch, driver=14010) is None


@pytest.mark.parametrize(
    ("situation", "says"),
    [
        ({"version": "12.3.0"}, r"CuPy 12\.3\.0 is too old; 13\.0 is needed.*riesz\[cuda13\]"),
        ({"driver": 0}, "no NVIDIA driver.*nvidia-smi"),
        ({"driver": 12080}, r"driver is too old: it is for CUDA 12\.8, CuPy for CUDA 13\.2"),
        ({"devices": 0}, "no CUDA device.*CUDA_VISIBLE_DEVICES"),
        ({"devices": RuntimeError("initialization error")}, "CUDA does not start: initialization"),
    ],
)
def test_why_it_cannot_run(monkeypatch, situation, says):
    reason = probe_of(monkeypatch, **situation)
    assert reason is not None
    with pytest.raises(AssertionError, match=says):
        raise AssertionError(reason)


def test_not_installed(monkeypatch):
    reason = CupyBackend(Library("no_cupy_here", "no_cupyx")).probe()
    assert reason.startswith("CuPy is not installed. Install it with pip install 'riesz[cuda13]'")
    monkeypatch.setitem(sys.modules, "broken_cupy", None)  # found, but does not load
    assert "CuPy is" in CupyBackend(Library("broken_cupy", "no_cupyx")).probe()


def test_it_is_found_and_imports_nothing_before_it_is_asked():
    assert "cupy" in list_backends()
    code = (
        "import sys, riesz; from riesz.backend import backends; b = backends.load('cupy');"
        "b.xp; b.capabilities; b.kernels; assert 'cupy' not in sys.modules, 'imported'"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_an_installed_cupy_says():
    """With CuPy installed (no GPU needed) its names are those that were written down."""
    cupy = pytest.importorskip("cupy", reason="CuPy is not installed")
    reason = backend.probe()
    assert reason is None or reason.startswith(
        ("There is no", "The NVIDIA driver", "CUDA does not")
    )
    if cupy.__version__.split(".")[0] == str(NAMES["version"]).split(".")[0]:
        assert [name for name in NAMES[""] if not hasattr(cupy, name)] == []


def asked_of(emulated, monkeypatch):
    """The names that every operator and its adjoint look up, by part."""
    asked, refused = set(), set()
    first = Namespace._first
    monkeypatch.setattr(
        Namespace, "_first", lambda self, name: asked.add((self._part, name)) or first(self, name)
    )
    fresh = type(emulated)()
    monkeypatch.setattr(emulated, "xp", fresh.xp)
    with riesz.use_backend(emulated):
        for name, op in registry.operators.items():
            for sample in registry.samples[name](Draw(np.dtype("float64"))):
                F = Application(op, sample)
                try:
                    y = F.results(*F.points)
                    if F.points and not op.constant:
                        pull(F, F.points, tuple(map(np.ones_like, F(*F.points))))
                    assert y
                except UnsupportedOperator:
                    refused.add(name)
    assert set(REASONS) <= refused
    return asked


def test_every_name_it_promises_exists_in_cupy(emulated, monkeypatch):
    asked = asked_of(emulated, monkeypatch)
    assert len(asked) > 100
    assert [(part, name) for part, name in sorted(asked) if name not in NAMES[part]] == []


@pytest.mark.parametrize("part", LACKS)
def test_what_it_says_cupy_lacks_cupy_lacks(part):
    assert LACKS[part].isdisjoint(NAMES[part])
    assert part != "special" or set(LACKING).isdisjoint(NAMES[part])


@pytest.mark.parametrize("name", PART)
def test_its_code_on_numpy(name, emulated):
    """A column of its own: it is not called `cupy`, and counts for no GPU."""
    report = run([emulated], [name], ["float64", "complex64"])
    assert emulated.name == "cupy on numpy (emulated)"
    assert [r for r in report.results if r.status in ("failed", "error", "absent")] == []
    assert sum(r.checks for r in report.results if r.status == "passed") >= 10


@pytest.mark.parametrize("name", sorted(REASONS))
def test_what_it_cannot_compute_says_why(name, emulated):
    sample = next(iter(registry.samples[name](Draw(np.dtype("float64")))))
    with (
        riesz.use_backend(emulated),
        pytest.raises(UnsupportedOperator, match=f"{name} cannot run on the backend 'cupy on"),
    ):
        registry.operators[name](*sample.x, **sample.static)


@pytest.mark.parametrize(
    ("name", "dtype", "says"),
    [
        ("iv", "float64", "CuPy has no special.iv of these arguments, and numpy no raw kernels"),
        ("erf", "complex64", "CuPy has no special.erf of these arguments"),
        ("solve_sylvester", "float64", r"no xp\.linalg\.solve_sylvester"),
    ],
)
def test_functions_that_cupy_has_not(name, dtype, says, emulated):
    sample = next(iter(registry.samples[name](Draw(np.dtype(dtype)))))
    with riesz.use_backend(emulated), pytest.raises(UnsupportedOperator, match=says):
        registry.operators[name](*sample.x, **sample.static)


class Tensor:
    """An array of another library, which offers its memory by DLPack only."""

    def __init__(self, memory):
        self.memory = memory

    def __dlpack__(self, **options):
        return self.memory.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.memory.__dlpack_device__()


def test_arrays_of_other_libraries_are_not_copied(emulated):
    memory = np.arange(3.0)
    assert np.shares_memory(asarray(Tensor(memory), backend=emulated), memory)


def test_what_goes_to_the_host_is_a_copy(emulated):
    x = emulated.asarray([1.0, 2.0])
    y = emulated.to_numpy(x)
    y[:] = 0
    np.testing.assert_array_equal(x, [1.0, 2.0])
    assert to_numpy(x) is not None


def test_a_program_and_its_plan(emulated):
    f = riesz.value_and_grad(lambda x: np.sum(np.tanh(x) ** 2))
    x = np.linspace(0, 1, 5)
    expected = f(x)
    with riesz.use_backend(emulated):
        value, gradient = riesz.compile(f, backend=emulated.name)(x)
    np.testing.assert_allclose(value, expected[0])
    np.testing.assert_allclose(gradient, expected[1])


def test_a_plan_on_numpy_says_why_it_has_no_kernels(emulated):
    x = np.linspace(0, 1, 5)
    with riesz.use_backend(emulated):
        f = riesz.compile(lambda x: np.sum(np.tanh(x) ** 2), backend=emulated.name)
        text = f.explain(x)
    assert "kernels: 0 calls" in text
    assert "tanh: numpy makes no raw kernels" in text


def test_what_lies_on_a_device_is_given_to_cupy_as_it_is(monkeypatch):
    """CuPy reads `__cuda_array_interface__` itself, without a copy, and waits for its stream."""
    given = []
    module = ModuleType("recording_cupy")
    module.ndarray = type("ndarray", (), {})
    module.asarray = lambda x, dtype=None: (given.append((x, dtype)), module.ndarray())[1]
    monkeypatch.setitem(sys.modules, "recording_cupy", module)
    recording = CupyBackend(Library("recording_cupy", "scipy"))
    interface = {"shape": (3,), "typestr": "<f8", "data": (4096, False), "version": 3, "stream": 7}
    tensor = SimpleNamespace(__cuda_array_interface__=interface)
    assert recording.takes(tensor)
    assert type(asarray(tensor, backend=recording)) is module.ndarray
    assert given == [(tensor, None)]
