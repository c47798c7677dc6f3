"""Both operators: the laws of a matrix and its transpose, on every backend."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import riesz
from riesz_tomography import Geometry, Parallel, backproject, project
from riesz_tomography.rays import BLOCK, families

geometries = st.from_type(Geometry)


def test_dot_test(geometry, backend, dtype, exact, drawn):
    x, a = drawn((2, *geometry.shape)), drawn((2, *geometry.sinogram_shape))
    y, g = project(x, geometry=geometry), backproject(a, geometry=geometry)
    assert y.dtype == g.dtype == dtype
    error = abs(np.vdot(y, a) - np.vdot(x, g))
    norm = np.linalg.norm
    assert error <= exact * (norm(y) * norm(a) + norm(x) * norm(g))


@given(geometry=geometries, backend=st.sampled_from(["numpy", "native"]))
def test_the_transpose_has_the_same_weights(matrices, geometry, backend):
    with riesz.use_backend(backend):
        W, V = matrices(geometry)
    np.testing.assert_allclose(W, V.T, rtol=0, atol=4e-15 * geometry.pixel)
    assert ((W != 0) == (V.T != 0)).all()


@given(geometry=geometries)
def test_backends_agree(matrices, geometry):
    reference = matrices(geometry)
    with riesz.use_backend("native"):
        native = matrices(geometry)
    for W, V in zip(reference, native, strict=True):
        np.testing.assert_allclose(W, V, rtol=0, atol=4e-15 * geometry.pixel)


@given(geometry=geometries)
def test_a_constant_image_gives_every_ray_the_length_of_its_crossings(matrices, geometry):
    """Well inside the image each line that a ray crosses adds the length from line to line."""
    W, _ = matrices(geometry)
    phi, _ = geometry.lines()
    longest = geometry.pixel / np.maximum(np.abs(np.cos(phi)), np.abs(np.sin(phi))).ravel()
    assert (W >= 0).all()
    lines = np.where(np.abs(np.cos(phi)) >= np.abs(np.sin(phi)), *geometry.shape).ravel()
    assert (W.sum(axis=1) <= longest * lines * (1 + 1e-12)).all()


def test_slices_are_projected_each_in_its_plane(geometry, backend, rng):
    x = rng.standard_normal((2, 3, *geometry.shape))
    y = project(x, geometry=geometry)
    assert y.shape == (2, 3, *geometry.sinogram_shape)
    np.testing.assert_array_equal(y[1, 2], project(x[1, 2], geometry=geometry))
    np.testing.assert_array_equal(
        backproject(y, geometry=geometry)[1, 0], backproject(y[1, 0], geometry=geometry)
    )


def test_integers_are_numbers(geometry, backend):
    x = np.arange(np.prod(geometry.shape)).reshape(geometry.shape)
    y = project(x, geometry=geometry)
    np.testing.assert_array_equal(y, project(x.astype(float), geometry=geometry))
    assert y.dtype == float


def test_memory_order_does_not_matter(geometry, backend, rng):
    x = rng.standard_normal(geometry.shape)
    for other in (np.asfortranarray(x), np.repeat(x, 2, axis=1)[:, ::2], x[::-1].copy()[::-1]):
        np.testing.assert_array_equal(
            project(other, geometry=geometry), project(x, geometry=geometry)
        )


def test_byte_order_does_not_matter(geometry, backend, rng):
    x, a = rng.standard_normal(geometry.shape), rng.standard_normal(geometry.sinogram_shape)
    for op, given_ in ((project, x), (backproject, a)):
        foreign = op(given_.astype(">f8"), geometry=geometry)
        np.testing.assert_array_equal(foreign, op(given_, geometry=geometry))


def test_other_precisions_are_numpys_alone(geometry, rng):
    x = rng.standard_normal(geometry.shape).astype(np.longdouble)
    y = project(x, geometry=geometry)
    assert y.dtype == np.longdouble
    np.testing.assert_allclose(y, project(x.astype(float), geometry=geometry), atol=1e-13)
    with (
        riesz.use_backend("native"),
        pytest.raises(riesz.UnsupportedOperator, match="computes in float32, float64"),
    ):
        project(x, geometry=geometry)


def test_a_ray_beside_the_image_measures_nothing(backend):
    G = Parallel([0.0, 1.0], 3, shape=4, offset=100.0)
    assert not project(np.full(G.shape, np.inf), geometry=G).any()
    assert not backproject(np.ones(G.sinogram_shape), geometry=G).any()


def test_what_is_not_finite_stays_on_its_rays(backend):
    x = np.zeros((4, 4))
    x[1, 2] = np.nan
    y = project(x, geometry=Parallel([0.0], 4, shape=4))
    assert np.isnan(y[0, 2])
    assert y[0, 0] == y[0, 3] == 0


def test_wrong_shapes_are_named(geometry, backend):
    with pytest.raises(riesz.InvalidValue, match=r"project was given .* shape \(3, 3\)"):
        project(np.zeros((3, 3)), geometry=geometry)
    with pytest.raises(riesz.InvalidValue, match="backproject was given"):
        backproject(np.zeros(5), geometry=geometry)
    with pytest.raises(riesz.InvalidType, match="not a Parallel or Fan"):
        project(np.zeros((3, 3)), geometry="parallel")
    with pytest.raises(riesz.InvalidValue, match="last two axes"):
        riesz.compile(lambda x: project(x, geometry=geometry))(np.zeros((3, 3)))


def test_derivatives_of_a_program(geometry, backend, rng):
    b = rng.standard_normal(geometry.sinogram_shape)

    def f(x):
        return np.sum(np.log1p((project(x, geometry=geometry) - b) ** 2))

    riesz.check_grads(f, rng.standard_normal(geometry.shape))


def test_a_compiled_gradient_is_the_eager_one(geometry, backend, rng):
    x = rng.standard_normal(geometry.shape)
    gradient = riesz.grad(lambda x: np.sum(project(x, geometry=geometry) ** 2))
    np.testing.assert_allclose(riesz.compile(gradient)(x), gradient(x), rtol=1e-12, atol=1e-12)


def test_the_gradient_of_least_squares_is_the_transpose_of_the_residual(geometry, backend, rng):
    x, b = rng.standard_normal(geometry.shape), rng.standard_normal(geometry.sinogram_shape)
    g = riesz.grad(lambda x: 0.5 * np.sum((project(x, geometry=geometry) - b) ** 2))(x)
    residual = project(x, geometry=geometry) - b
    np.testing.assert_allclose(g, backproject(residual, geometry=geometry), rtol=1e-13, atol=1e-13)


def test_large_problems_are_worked_on_in_blocks(rng):
    G = Parallel(np.linspace(0, 3, 40), 150, shape=100)
    assert G.detectors * len(G.angles) * 100 > 3 * BLOCK
    assert all(len(rays.ray[block]) * rays.lines <= BLOCK for rays in families(G)
               for block in rays.blocks())  # fmt: skip
    x = rng.standard_normal(G.shape)
    one = project(x, geometry=replace(G, angles=G.angles[7:8]))
    np.testing.assert_allclose(project(x, geometry=G)[7], one[0], rtol=1e-13, atol=1e-13)


DIGEST = """
import hashlib, numpy as np, riesz
from riesz_tomography import Fan, backproject, project
G = Fan(np.linspace(0, 6, 30), 200, 1.5, shape=(150, 170), source_origin=300.0)
rng = np.random.default_rng(0)
with riesz.use_backend("native"):
    y = project(rng.standard_normal(G.shape), geometry=G)
    x = backproject(rng.standard_normal(G.sinogram_shape), geometry=G)
print(hashlib.sha256(y.tobytes() + x.tobytes()).hexdigest())
"""


def test_results_do_not_depend_on_the_number_of_threads():
    digests = set()
    for threads in "1", "2", "5":
        environment = os.environ | {"OMP_NUM_THREADS": threads}
        done = subprocess.run(
            [sys.executable, "-c", DIGEST], capture_output=True, text=True, env=environment
        )
        digests.add(done.stdout)
        assert len(done.stdout) == 1 + len(hashlib.sha256().hexdigest()), done.stderr
    assert len(digests) == 1
