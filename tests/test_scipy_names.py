"""riesz.scipy: every name gives what SciPy gives, and derivatives that agree with differences.

On plain arrays a name is SciPy's own function, so that each case is its own reference.
"""

import inspect

import numpy as np
import pytest
import scipy.fft
import scipy.linalg
import scipy.signal
import scipy.special
import scipy.stats

import riesz
from riesz.registry import registry
from riesz.scipy import fft, linalg, signal, special, stats

RNG = np.random.default_rng(11)
REAL, COMPLEX = "real", "complex"


def normal(*shape, kind=REAL):
    x = RNG.standard_normal(shape)
    return x + 1j * RNG.standard_normal(shape) if kind == COMPLEX else x


def regular(n, kind=REAL):
    return normal(n, n, kind=kind) + 3 * np.eye(n)


def definite(n, kind=REAL):
    A = normal(n, n, kind=kind)
    return A @ A.conj().T / n + np.eye(n)


def projectors(v):
    """What of the columns of v does not depend on their phases."""
    return np.einsum("ik,jk->ijk", v, np.conj(v))


def solved_by_cholesky(lower):
    return lambda a, b: linalg.cho_solve(linalg.cho_factor(a, lower=lower), b)


def values_and_projectors(result):
    w, v = result
    return w, projectors(v)


def singular(result):
    u, s, vh = result
    return s, (u[:, : s.shape[0]] * s) @ vh[: s.shape[0]]


def least_squares(a, b):
    """Solution and residue, which is real, and complex in some releases of SciPy."""
    x, residue, *_ = linalg.lstsq(a, b)
    return x, np.real(residue)


LINALG = {
    "block_diag": lambda k: (lambda a, b: linalg.block_diag(a, b, 2.0), normal(2, 3), normal(2)),
    "cho_factor": lambda k: (
        lambda a: np.tril(linalg.cho_factor(a, lower=True)[0]), definite(3, k)),
    "cho_solve": lambda k: (solved_by_cholesky(True), definite(3, k), normal(3, kind=k)),
    "cho_solve upper": lambda k: (solved_by_cholesky(False), definite(3, k), normal(3, 2, kind=k)),
    "cholesky": lambda k: (lambda a: linalg.cholesky(a), definite(3, k)),
    "cholesky lower": lambda k: (lambda a: linalg.cholesky(a, lower=True), definite(3, k)),
    "circulant": lambda k: (linalg.circulant, normal(4, kind=k)),
    "companion": lambda k: (linalg.companion, normal(4, kind=k)),
    "convolution_matrix": lambda k: (
        lambda a: linalg.convolution_matrix(a, 4, "full"), normal(3, kind=k)),
    "convolution_matrix same": lambda k: (
        lambda a: linalg.convolution_matrix(a, 4, "same"), normal(3, kind=k)),
    "convolution_matrix valid": lambda k: (
        lambda a: linalg.convolution_matrix(a, 2, "valid"), normal(4, kind=k)),
    "det": lambda k: (linalg.det, regular(3, k)),
    "eig": lambda k: (lambda a: np.sum(linalg.eig(a)[0] ** 3), regular(3, k)),
    "eig vectors": lambda k: (
        lambda a, b: (lambda w, v: (v * np.exp(w)) @ np.linalg.inv(v))(*linalg.eig(a, b)),
        np.diag([1.0, 2.0, 4.0]) + 0.1 * normal(3, 3, kind=k), regular(3, k)),
    "eigvals": lambda k: (lambda a: np.sum(linalg.eigvals(a) ** 3), regular(3, k)),
    "eigh": lambda k: (lambda a: values_and_projectors(linalg.eigh(a)), definite(3, k)),
    "eigh upper": lambda k: (
        lambda a: values_and_projectors(linalg.eigh(a, lower=False)), definite(3, k)),
    "eigh pair": lambda k: (
        lambda a, b: values_and_projectors(linalg.eigh(a, b, subset_by_index=(1, 2))),
        definite(3, k), definite(3, k)),
    "eigvalsh": lambda k: (lambda a, b: linalg.eigvalsh(a, b), definite(3, k), definite(3, k)),
    "expm": lambda k: (linalg.expm, normal(3, 3, kind=k)),
    "hankel": lambda k: (linalg.hankel, normal(3, kind=k), normal(4, kind=k)),
    "hankel column": lambda k: (linalg.hankel, normal(3, kind=k)),
    "inv": lambda k: (linalg.inv, regular(3, k)),
    "khatri_rao": lambda k: (linalg.khatri_rao, normal(2, 3, kind=k), normal(4, 3, kind=k)),
    "lstsq": lambda k: (
        least_squares, normal(4, 2, kind=k), normal(4, kind=k)),
    "lstsq many": lambda k: (
        least_squares, normal(4, 2, kind=k), normal(4, 3, kind=k)),
    "lu_solve": lambda k: (
        lambda b: linalg.lu_solve(scipy.linalg.lu_factor(np.eye(3) + np.tri(3)), b),
        normal(3, kind=k)),
    "lu_solve transposed": lambda k: (
        lambda b: linalg.lu_solve(scipy.linalg.lu_factor(np.eye(3) + 1j * np.tri(3)), b, 1),
        normal(3, kind=COMPLEX)),
    "lu_solve adjoint": lambda k: (
        lambda b: linalg.lu_solve(scipy.linalg.lu_factor(np.eye(3) + 1j * np.tri(3)), b, 2),
        normal(3, kind=COMPLEX)),
    "matmul_toeplitz": lambda k: (
        lambda c, x: linalg.matmul_toeplitz(c, x), normal(3, kind=k), normal(3, 2, kind=k)),
    "norm": lambda k: (linalg.norm, normal(3, 2, kind=k)),
    "norm nuclear": lambda k: (lambda a: linalg.norm(a, "nuc"), normal(3, 2, kind=k)),
    "norm along": lambda k: (lambda a: linalg.norm(a, 3, axis=0), normal(3, 2, kind=k)),
    "orthogonal_procrustes": lambda k: (
        linalg.orthogonal_procrustes, regular(3, k), regular(3, k)),
    "pinv": lambda k: (linalg.pinv, normal(4, 2, kind=k)),
    "pinv rank": lambda k: (lambda a: linalg.pinv(a, rtol=1e-3, return_rank=True)[0],
                            normal(2, 4, kind=k)),
    "pinvh": lambda k: (linalg.pinvh, definite(3, k)),
    "polar": lambda k: (linalg.polar, regular(3, k)),
    "polar left": lambda k: (lambda a: linalg.polar(a, "left"), regular(3, k)),
    "qr": lambda k: (lambda a: linalg.qr(a, mode="economic"), normal(4, 2, kind=k)),
    "qr full": lambda k: (lambda a: linalg.qr(a), normal(3, 3, kind=k)),
    "qr r": lambda k: (lambda a: linalg.qr(a, mode="r")[0], normal(4, 2, kind=k)),
    "solve": lambda k: (linalg.solve, regular(3, k), normal(3, kind=k)),
    "solve transposed": lambda k: (
        lambda a, b: linalg.solve(a, b, transposed=True), regular(3, REAL), normal(3, 2)),
    "solve symmetric": lambda k: (
        lambda a, b: linalg.solve(a, b, assume_a="sym"), regular(3, k), normal(3, 2, kind=k)),
    "solve hermitian": lambda k: (
        lambda a, b: linalg.solve(a, b, lower=True, assume_a="her"), definite(3, k),
        normal(3, kind=k)),
    "solve definite": lambda k: (
        lambda a, b: linalg.solve(a, b, assume_a="pos"), definite(3, k), normal(3, kind=k)),
    "solve_banded": lambda k: (
        lambda ab, b: linalg.solve_banded((1, 2), ab, b),
        0.3 * normal(4, 5, kind=k) + 2 * np.eye(4)[2][:, None], normal(5, kind=k)),
    "solve_circulant": lambda k: (
        linalg.solve_circulant, normal(4, kind=k) + 4 * np.eye(4)[0], normal(4, kind=k)),
    "solve_continuous_lyapunov": lambda k: (
        linalg.solve_continuous_lyapunov, regular(3, k), normal(3, 3, kind=k)),
    "solve_discrete_lyapunov": lambda k: (
        linalg.solve_discrete_lyapunov, 0.3 * normal(2, 2, kind=k), normal(2, 2, kind=k)),
    "solve_sylvester": lambda k: (
        linalg.solve_sylvester, regular(3, k), regular(2, k), normal(3, 2, kind=k)),
    "solve_toeplitz": lambda k: (
        lambda c, r, b: linalg.solve_toeplitz((c, r), b), normal(3) + 4 * np.eye(3)[0], normal(3),
        normal(3)),
    "solve_triangular": lambda k: (linalg.solve_triangular, regular(3, k), normal(3, kind=k)),
    "solve_triangular lower": lambda k: (
        lambda a, b: linalg.solve_triangular(a, b, trans="C", lower=True), regular(3, k),
        normal(3, 2, kind=k)),
    "sqrtm": lambda k: (linalg.sqrtm, regular(3, k)),
    "svd": lambda k: (lambda a: singular(linalg.svd(a)), normal(3, 2, kind=k)),
    "svd values": lambda k: (lambda a: linalg.svd(a, compute_uv=False), normal(3, 2, kind=k)),
    "svdvals": lambda k: (linalg.svdvals, normal(3, 2, kind=k)),
    "toeplitz": lambda k: (linalg.toeplitz, normal(3, kind=k), normal(4, kind=k)),
    "toeplitz hermitian": lambda k: (linalg.toeplitz, normal(3, kind=k)),
}  # fmt: skip


def fourier(name, k):
    f = getattr(fft, name)
    if name in ("fftfreq", "rfftfreq"):
        return lambda d: f(5, d), np.array(0.7)
    real = name.startswith(("rfft", "ihfft")) or "ct" in name or "st" in name
    x = normal(4, 6, kind=REAL if real else k)
    if name.endswith("shift"):
        return (lambda x: f(x, axes=1)), x
    if name in ("dct", "idct", "dst", "idst"):
        return (
            lambda x: (f(x), f(x, 1, axis=0), f(x, 3, 5, norm="ortho"), f(x, 4, norm="forward"))
        ), x
    if name in ("dctn", "idctn", "dstn", "idstn"):
        return (lambda x: (f(x), f(x, 3, (3, 5), norm="ortho"), f(x, 4, None, (0,)))), x
    if name.endswith(("2", "n")):
        return (lambda x: (f(x), f(x, (3, 5), (1, 0), norm="ortho"), f(x, norm="forward"))), x
    return (lambda x: (f(x), f(x, 5, 0, norm="ortho"), f(x, 7, norm="forward"))), x


def between(low, high, n=4):
    return RNG.uniform(low, high, n)


SPECIAL = {
    "beta": (between(0.5, 3), between(0.5, 3)), "betaln": (between(0.5, 3), between(0.5, 3)),
    "betainc": (2.0, 3.0, between(0.1, 0.9)), "binom": (between(3, 5), between(0.5, 2)),
    "boxcox": (between(0.5, 3), np.array([0.0, 0.5, -1.0, 2.0])), "erfcinv": (between(0.2, 1.8),),
    "erfinv": (between(-0.9, 0.9),), "ellipe": (between(0.1, 0.9),), "ellipk": (between(0.1, 0.9),),
    "gammainc": (2.5, between(0.5, 3)), "gammaincc": (2.5, between(0.5, 3)),
    "huber": (between(0.5, 1), np.array([0.1, 3.0, -0.2, -4.0])),
    "iv": (1.5, between(0.5, 3)), "ive": (1.5, between(0.5, 3)), "jv": (1.5, between(0.5, 3)),
    "kv": (1.5, between(0.5, 3)), "kve": (1.5, between(0.5, 3)), "yv": (1.5, between(0.5, 3)),
    "kl_div": (between(0.5, 3), between(0.5, 3)), "rel_entr": (between(0.5, 3), between(0.5, 3)),
    "log_softmax": (normal(3),), "logit": (between(0.1, 0.9),), "lambertw": (between(0.5, 3),),
    "multigammaln": (between(3, 5), 3), "ndtri": (between(0.1, 0.9),),
    "polygamma": (2, between(0.5, 3)),
    "poch": (between(0.5, 3), between(0.5, 3)), "pseudo_huber": (between(0.5, 3), normal(4)),
    "xlogy": (between(0.5, 3), between(0.5, 3)), "xlog1py": (between(0.5, 3), between(0.5, 3)),
    "jn": (2, between(0.5, 3)), "yn": (2, between(0.5, 3)), "kn": (2, between(0.5, 3)),
    "zeta": (2.5, between(0.5, 3)),
}  # fmt: skip


def agree(f, *x):
    """SciPy's values, and first and second derivatives that agree with its differences."""
    points = [v for v in x if isinstance(v, np.ndarray)]

    def g(*points):
        given = iter(points)
        y = f(*(next(given) if isinstance(v, np.ndarray) else v for v in x))
        return tuple(y) if isinstance(y, tuple | list) else (y,)

    got, _ = riesz.vjp(g, *points)
    for mine, theirs in zip(got, g(*points), strict=True):
        assert np.shape(mine) == np.shape(theirs)
        assert mine.dtype == np.asarray(theirs).dtype
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-11)
    riesz.check_grads(g, *points, order=2)


@pytest.mark.parametrize("kind", [REAL, COMPLEX])
@pytest.mark.parametrize("case", LINALG)
def test_linalg(case, kind):
    agree(*LINALG[case](kind))


@pytest.mark.parametrize("kind", [REAL, COMPLEX])
@pytest.mark.parametrize("name", fft.__all__)
def test_fft(name, kind):
    agree(*fourier(name, kind))


@pytest.mark.parametrize("name", sorted(special.__all__))
def test_special(name):
    if not hasattr(scipy.special, name):
        pytest.skip(f"this SciPy has no {name}")
    f = getattr(special, name)
    x = SPECIAL.get(name, (between(0.5, 3),))
    if name in ("round", "gammasgn"):
        assert not np.any(riesz.grad(lambda x: np.sum(f(x)))(*x))
    else:
        agree(f, *x)


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("name", signal.__all__)
def test_signal(name, mode):
    f = getattr(signal, name)
    agree(lambda x, y: f(x, y, mode), normal(5, 4), normal(3, 2))


SHAPES = {"norm": 0, "expon": 0, "t": 1, "gamma": 1, "chi2": 1, "beta": 2}


@pytest.mark.parametrize("name", SHAPES)
def test_distributions(name):
    family, x = getattr(stats, name), between(0.2, 0.8)
    shapes = [between(1.0, 3.0) for _ in range(SHAPES[name])]
    loc, scale = np.array(-0.1), np.array(1.3)
    for method in ("logpdf", "pdf"):
        f = getattr(family, method)
        agree(lambda x, m, s, *a, f=f: f(x, *a, m, scale=s), x, loc, scale, *shapes)
    for method in {"cdf", "sf", "logcdf", "logsf"} & set(family._rules):
        f = getattr(family, method)
        agree(lambda x, m, s, f=f: f(x, *[1.5] * SHAPES[name], loc=m, scale=s), x, loc, scale)


@pytest.mark.parametrize("name", SHAPES)
def test_distributions_beside_their_support(name):
    family, shapes = getattr(stats, name), [1.5] * SHAPES[name]
    x = np.array([-1.0, -0.3, 0.5, 2.0])
    for method in family._rules:
        f = getattr(family, method)
        np.testing.assert_allclose(riesz.vjp(lambda x, f=f: f(x, *shapes), x)[0], f(x, *shapes))
        gradient = riesz.grad(lambda x, f=f: np.sum(np.exp(f(x, *shapes))))(x)
        assert np.isfinite(gradient).all()


@pytest.mark.parametrize("name", SHAPES)
def test_distributions_of_nan(name):
    family, shapes = getattr(stats, name), [1.5] * SHAPES[name]
    for method in family._rules:
        f = getattr(family, method)
        assert np.isnan(riesz.vjp(lambda x, f=f: f(x, *shapes), np.nan)[0])


def test_the_sign_of_the_gamma_function_where_it_overflows():
    x = np.array([300.0, 0.5, 0.0, -0.5, -1.5, -300.5, np.inf, np.nan])
    y = riesz.vjp(special.gammasgn, x)[0]
    np.testing.assert_array_equal(y, [1, 1, 1, -1, 1, -1, 1, np.nan])
    assert riesz.vjp(special.gammasgn, x.astype(np.float32))[0].dtype == np.float32


def test_large_binomials_do_not_overflow():
    n, k = np.array([200.0, 1000.0, 5.0]), np.array([3.0, 500.5, 7.0])
    y = riesz.vjp(special.binom, n, k)[0]
    np.testing.assert_allclose(y, special.binom(n, k), rtol=1e-10)


def test_discrete_distributions_and_those_of_several_variables():
    agree(lambda mu: stats.poisson.logpmf(np.array([0, 3, 5, 2]), mu), between(1, 4))
    agree(lambda mu: stats.poisson.pmf(3, mu), between(1, 4))
    agree(lambda a: stats.dirichlet.logpdf(np.array([0.2, 0.3, 0.5]), a), between(1, 3, 3))
    agree(lambda mu: stats.poisson.cdf(np.array([0, 3, -1, 2]), mu), between(1, 4))
    assert stats.poisson.logpmf(np.array([-1]), 2.0) == -np.inf
    covariance = lambda c: (c + c.T) / 2  # noqa: E731
    logpdf = stats.multivariate_normal.logpdf
    for x in (normal(3), normal(5, 3)):
        agree(lambda x, m, c: logpdf(x, m, covariance(c)), x, normal(3), definite(3))
    agree(lambda c: stats.multivariate_normal.entropy(None, covariance(c)), definite(3))
    plane = np.diag([1.0, 1.0, 0.0])
    point = [0.3, 0.2, 0.0]
    agree(lambda c: logpdf(point, None, plane @ covariance(c) @ plane, True), definite(3))
    agree(lambda x: logpdf(x, np.zeros(3), np.array([1.0, 2.0, 3.0])), normal(3))
    agree(lambda x: logpdf(x), normal(3))
    agree(lambda x: logpdf(x, 0.5, 2.0), np.array(0.3))
    agree(lambda x: stats.multivariate_normal.pdf(x, mean=np.zeros(3), cov=2.0), normal(2, 3))


def test_students_distribution_function_at_and_around_the_origin():
    z = np.array([0.0, 1e-9, -1e-4, 0.5, -3.0, 40.0])
    slope = riesz.jvp(lambda z: stats.t.cdf(z, 2.5), z, np.ones(6))[1]
    np.testing.assert_allclose(slope, scipy.stats.t.pdf(z, 2.5), rtol=1e-12)
    np.testing.assert_allclose(
        riesz.vjp(lambda z: stats.t.cdf(z, 2.5), z)[0], scipy.stats.t.cdf(z, 2.5), rtol=1e-13
    )


def test_a_method_without_rule_is_scipys_or_says_which_there_are():
    assert stats.t.entropy(3.0) == scipy.stats.t.entropy(3.0)
    with pytest.raises(riesz.UnsupportedOperator, match="logpdf"):
        riesz.grad(stats.t.entropy)(3.0)
    with pytest.raises(AttributeError):
        stats.t.nonsense  # noqa: B018


def test_logsumexp_with_weights_axis_and_sign():
    agree(
        lambda a, b: special.logsumexp(a, axis=1, b=b, keepdims=True),
        normal(2, 3),
        between(1, 2, 3),
    )
    agree(lambda a: special.logsumexp(a, axis=0, b=[[1.0], [-3.0]], return_sign=True), normal(2, 3))


@pytest.mark.parametrize(
    "module", [linalg, fft, signal, special, stats], ids=lambda module: module.__name__
)
def test_every_name_is_scipys_and_is_tested(module):
    library = getattr(scipy, module.__name__.rpartition(".")[2])
    missing = [n for n in module.__all__ if not hasattr(library, n)]
    assert set(missing) <= {"softplus"}  # of newer versions
    if module is linalg:
        assert {case.partition(" ")[0] for case in LINALG} == set(module.__all__)


def test_every_ufunc_with_an_operator_has_a_name():
    known = {
        name
        for name, f in vars(scipy.special).items()
        if isinstance(f, np.ufunc) and {name, f"special.{name}"} & set(registry.names)
    }
    assert known <= set(special.__all__)


@pytest.mark.parametrize("name", linalg.__all__)
def test_parameters_are_scipys(name):
    mine = inspect.signature(getattr(linalg, name)).parameters
    theirs = inspect.signature(getattr(scipy.linalg, name)).parameters
    assert any(p.kind is p.VAR_KEYWORD for p in mine.values()) or set(theirs) <= set(mine)


@pytest.mark.parametrize(("module", "name"), [(linalg, "logm"), (fft, "fht"), (special, "airy")])
def test_a_name_without_operator_says_so(module, name):
    with pytest.raises(AttributeError, match=rf"scipy\.\w+\.{name} has no operator"):
        getattr(module, name)


def test_plain_arrays_are_scipys_own():
    A = regular(3)
    np.testing.assert_array_equal(linalg.expm(A), scipy.linalg.expm(A))
    assert linalg.solve([[2.0]], [1.0]) == [0.5]


CONVERTED = {
    "linalg.expm": scipy.linalg.expm,
    "linalg.solve": lambda x: scipy.linalg.solve(x, np.ones(3)),
    "linalg.circulant": lambda x: scipy.linalg.circulant(x[0]),
    "linalg.svd": scipy.linalg.svd,
    "signal.convolve": lambda x: scipy.signal.convolve(x, x),
    "fft.dct": scipy.fft.dct,
    "fft.rfft": scipy.fft.rfft,
    "special.logsumexp": scipy.special.logsumexp,
    "special.softmax": scipy.special.softmax,
    "special.polygamma": lambda x: scipy.special.polygamma(1, x),
    "special.multigammaln": lambda x: scipy.special.multigammaln(x, 2),
}


@pytest.mark.parametrize("name", CONVERTED)
def test_scipys_own_function_names_its_substitute(name):
    with pytest.raises(riesz.InvalidType, match=rf"riesz\.scipy\.{name}"):
        riesz.grad(lambda x: np.sum(CONVERTED[name](x)))(regular(3))


OTHERS = {
    "full": lambda x: np.full(3, x[0, 0]),
    "r_": lambda x: np.r_[x[0], x[1]],
    "array": lambda x: np.array([x[0, 0], x[0, 1]]),
    "stats": scipy.stats.norm.logpdf,
    "logm": scipy.linalg.logm,
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_else_converts_says_what_to_use(name):
    with pytest.raises(riesz.InvalidType, match=r"[Uu]se .*(np|riesz)\."):
        riesz.grad(lambda x: np.sum(OTHERS[name](x)))(regular(3))


def test_a_traced_value_has_no_strides():
    with pytest.raises(riesz.InvalidType):
        riesz.grad(lambda x: np.sum(x.strides))(regular(3))
    assert riesz.grad(lambda x: x[0] * hasattr(x, "strides"))(np.ones(1)) == 0


def test_a_real_matrix_without_a_real_root():
    agree(lambda a: np.sum(linalg.sqrtm(a)), np.array([[-2.0, 0.3], [0.1, 1.0]]))
    sqrtm = registry.operators["sqrtm"]
    with pytest.raises(riesz.InvalidValue, match="astype"):
        sqrtm(-np.eye(2))


@pytest.mark.parametrize(
    "f",
    [
        lambda la, A: la.solve(A, A[0], assume_a="diagonal"),
        lambda la, A: la.solve(A, A[0], assume_a="hermitian"),
        lambda la, A: la.eigvalsh(A),
        lambda la, A: la.cholesky(A),
        lambda la, A: la.solve_discrete_lyapunov(A / 9, A),
        lambda la, A: la.pinv(A, atol=1e-3),
    ],
)
@pytest.mark.parametrize("kind", [REAL, COMPLEX])
def test_single_precision_is_kept(f, kind):
    A = definite(3, kind).astype(np.complex64 if kind == COMPLEX else np.float32)
    y = riesz.vjp(lambda A: f(linalg, A), A)[0]
    assert np.finfo(y.dtype).dtype == np.float32
    np.testing.assert_allclose(y, f(scipy.linalg, A), rtol=1e-4, atol=1e-4)


def test_pseudo_inverses_of_a_stack():
    A = normal(4, 3, 2)
    y, rank = riesz.vjp(lambda A: linalg.pinv(A, return_rank=True), A)[0]
    np.testing.assert_allclose(y, np.linalg.pinv(A), rtol=1e-9)
    assert rank.tolist() == [2] * 4
    with pytest.raises(riesz.InvalidValue, match="stack"):
        riesz.vjp(lambda A: linalg.pinv(A, atol=0.1), A)


def test_what_scipy_refuses_is_refused():
    for range_ in ([0, 3], [2, 1], [-1, 1]):
        with pytest.raises(riesz.InvalidValue, match="subset_by_index"):
            riesz.vjp(lambda A, r=range_: linalg.eigvalsh(A, subset_by_index=r), regular(3))
    for convolve in (signal.convolve, signal.correlate, signal.fftconvolve):
        with pytest.raises(riesz.InvalidValue, match="'valid'"):
            riesz.vjp(lambda x, f=convolve: f(x, np.ones((3, 2)), "valid"), np.ones((2, 5)))
