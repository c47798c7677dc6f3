"""The CUDA of the GPU backends, on a GPU or on the emulated driver: NumPy's matrix, bit by bit."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import riesz
from riesz.conformance import run
from riesz.registry import registry
from riesz_tomography import Fan, Geometry, Parallel, backproject, cuda, project
from riesz_tomography.rays import families
from riesz_tomography.runs import runs

LARGE = [  # several blocks of rays and of pixels; a source beside the lines; a ray in two views
    Parallel(np.linspace(0, 3, 5), 150, 0.2, shape=(19, 23)),
    Fan(np.linspace(0, 6, 5), 90, 0.15, shape=(18, 20), source_origin=13.5, curved=True),
    Fan((0.3, 0.3, 2.0), 70, 0.4, shape=17, source_origin=30.0, origin_detector=10.0),
]
geometries = st.from_type(Geometry)


@settings(max_examples=25)
@given(geometry=geometries)
def test_the_weights_are_numpys_and_those_of_the_transpose_the_same(pycuda, matrices, geometry):
    W, V = matrices(geometry, pycuda)
    np.testing.assert_array_equal(W, V.T)
    np.testing.assert_array_equal(W, matrices(geometry, "numpy")[0])


@pytest.mark.parametrize("geometry", LARGE, ids=["parallel", "wide fan", "views twice"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_weights_of_many_rays(pycuda, matrices, geometry, dtype):
    W, V = matrices(geometry, pycuda, dtype)
    assert W.dtype == V.dtype == dtype
    np.testing.assert_array_equal(W, V.T)
    np.testing.assert_array_equal(W, matrices(geometry, "numpy", dtype)[0])


@pytest.mark.parametrize("slices", [(), (2, 3), (0,)])
def test_dot_test(pycuda, geometry, slices, dtype, exact, drawn):
    x, a = drawn((*slices, *geometry.shape)), drawn((*slices, *geometry.sinogram_shape))
    y, g = (
        riesz.to_numpy(op(riesz.asarray(v, backend=pycuda), geometry=geometry))
        for op, v in ((project, x), (backproject, a))
    )
    assert y.dtype == g.dtype == dtype
    error, norm = abs(np.vdot(y, a) - np.vdot(x, g)), np.linalg.norm
    assert error <= exact * (norm(y) * norm(a) + norm(x) * norm(g))
    np.testing.assert_allclose(y, project(x, geometry=geometry), atol=10 * exact)


def test_more_planes_than_a_grid_has(pycuda, monkeypatch, geometry, rng):
    monkeypatch.setattr(cuda, "MOST_PLANES", 2)
    x = rng.standard_normal((5, *geometry.shape))
    y = project(riesz.asarray(x, backend=pycuda), geometry=geometry)
    expected = project(x, geometry=geometry)
    np.testing.assert_allclose(riesz.to_numpy(y), expected, rtol=1e-12, atol=1e-12)
    g = backproject(y, geometry=geometry)
    expected = backproject(expected, geometry=geometry)
    np.testing.assert_allclose(riesz.to_numpy(g), expected, rtol=1e-12, atol=1e-12)


def test_strides_and_integers(pycuda, geometry, rng):
    x = rng.integers(-9, 9, (*geometry.shape[::-1], 2))
    y = project(riesz.asarray(x, backend=pycuda).T[::-1], geometry=geometry)
    np.testing.assert_allclose(riesz.to_numpy(y), project(x.T[::-1], geometry=geometry), atol=1e-12)
    assert y.dtype == np.float64


def test_a_ray_beside_the_image_measures_nothing(pycuda):
    G = Parallel([0.0, 1.0], 3, shape=4, offset=100.0)
    x, a = (riesz.asarray(np.full(s, np.inf), backend=pycuda) for s in (G.shape, G.sinogram_shape))
    assert not riesz.to_numpy(project(x, geometry=G)).any()
    assert not riesz.to_numpy(backproject(a, geometry=G)).any()


def test_what_is_not_finite_stays_on_its_rays_and_pixels(pycuda, geometry):
    x, a = np.zeros(geometry.shape), np.zeros(geometry.sinogram_shape)
    x[1, 2] = a[1, 8] = np.inf
    for op, given_ in ((project, x), (backproject, a)):
        met = op(np.isinf(given_).astype(float), geometry=geometry) != 0
        found = riesz.to_numpy(op(riesz.asarray(given_, backend=pycuda), geometry=geometry))
        np.testing.assert_array_equal(np.isinf(found), met)
        np.testing.assert_array_equal(np.isfinite(found), ~met)
        assert met.any()
        assert not met.all()


def test_a_gradient_is_the_transpose_of_the_residual(pycuda, geometry, rng):
    x, b = rng.standard_normal(geometry.shape), rng.standard_normal(geometry.sinogram_shape)

    def f(x, b):
        return 0.5 * np.sum((project(x, geometry=geometry) - b) ** 2)

    on_device = [riesz.asarray(v, backend=pycuda) for v in (x, b)]
    for gradient in (riesz.grad(f), riesz.compile(riesz.grad(f))):
        given_ = riesz.to_numpy(gradient(*on_device))
        np.testing.assert_allclose(given_, riesz.grad(f)(x, b), rtol=1e-11, atol=1e-11)


def test_one_source_for_a_precision_and_one_launch_for_a_family(pycuda, monkeypatch, rng):
    from riesz_backends.pycuda.device import Device

    launched, texts, launch = Counter(), set(), Device.launch

    def watched(self, text, name, *arguments):
        launched[name] += 1
        texts.add(text)
        launch(self, text, name, *arguments)

    G = LARGE[0]
    x = riesz.asarray(rng.standard_normal((3, *G.shape)), backend=pycuda)
    b = riesz.asarray(rng.standard_normal((3, *G.sinogram_shape)), backend=pycuda)
    monkeypatch.setattr(Device, "launch", watched)
    first, second = (
        riesz.to_numpy(riesz.grad(lambda x: np.sum((project(x, geometry=G) - b) ** 2))(x))
        for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)
    assert launched["riesz_tomography_project"] == launched["riesz_tomography_backproject"] == 4
    assert len({text for text in texts if "riesz_tomography" in text}) == 1


@given(geometry=geometries)
def test_in_a_run_rays_come_in_the_order_in_which_they_meet_every_line(geometry):
    for rays in families(geometry):
        found = runs(rays, geometry.detectors)
        assert found.begin[0] == 0
        assert found.begin[-1] == len(rays.ray)
        assert sorted(found.rays.ray) == sorted(rays.ray)
        t = np.arange(rays.lines) - 0.5 * (rays.lines - 1)
        c = found.rays.centre[:, None] + found.rays.slope[:, None] * t
        for begin, end in zip(found.begin[:-1], found.begin[1:], strict=True):
            assert begin < end
            assert (np.diff(c[begin:end], axis=0) >= 0).all()


@pytest.mark.parametrize("G", LARGE[::2], ids=["parallel", "fan"])
def test_a_view_is_one_run_of_each_family(G):
    for rays in families(G):
        views = len(np.unique(rays.ray // G.detectors))
        assert len(runs(rays, G.detectors).begin) - 1 == views


def test_both_gpu_backends_are_given_the_same_texts():
    registry.load()
    for operator in ("project", "backproject"):
        kernels = {registry.kernels[operator, b, "forward"] for b in ("pycuda", "cupy")}
        assert len(kernels) == 1


@pytest.mark.parametrize("operator", ["project", "backproject"])
def test_conformance(pycuda, operator):
    report = run((pycuda,), (operator,), required=("pycuda",), minimum=100)
    lacking = set() if hasattr(pycuda.xp.fft, "rfftn") else {"riesz_map", "gradient_in_a_metric"}
    assert {r.check for r in report.results if r.status.bad} == lacking, report
