"""Compiled plans on the device: clusters as kernels that compute what single steps do.

A kernel is compiled in half a second, thirty together in little more: so the kernels of many tests
are made known together before the first runs.
"""

import re
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from clusters import Case

import riesz
from riesz.plan.explain import moved
from riesz_backends.cuda.axes import Axes, Offset
from riesz_backends.cuda.part import parts
from riesz_backends.cuda.source import Printer, module

random = np.random.default_rng(5)
DTYPES = ["float32", "float64", "complex64", "complex128"]


def numbers(shape, dtype="float64"):
    x = random.normal(size=shape)
    return (x + 1j * random.normal(size=shape) if dtype[0] == "c" else x).astype(dtype)


class Launches(list):
    """The names of the kernels that were launched, while in `with`."""

    def __enter__(self):
        from riesz_backends.pycuda.device import Device

        self.patch, run = pytest.MonkeyPatch(), Device.run
        self.patch.setattr(Device, "run", lambda *a, **k: (self.append(a[2]), run(*a, **k))[1])
        return self

    def __exit__(self, *error):
        self.patch.undo()


class Together(list):
    """Kernels that are met while in `with` are compiled together, when one is launched."""

    def __enter__(self):
        from riesz_backends.pycuda.launcher import launcher

        self.patch, self.library = pytest.MonkeyPatch(), launcher.library
        self.patch.setattr(launcher, "know", self.extend)
        return self

    def __exit__(self, *error):
        self.patch.undo()
        self.library.know(self)


def assert_close(found, expected, ulps=64):
    found, expected = np.asarray(found), np.asarray(expected)
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    eps = np.finfo(found.dtype).eps if found.dtype.kind in "fc" else 0
    scale = np.max(np.abs(np.nan_to_num(expected)), initial=1)
    np.testing.assert_allclose(found, expected, rtol=ulps * eps, atol=ulps * eps * scale)


def on_device(x, layout="C"):
    """An array of the device, its entries in the order of `layout`."""
    if layout == "F":
        return riesz.asarray(x.T.copy(), backend="pycuda").T
    if layout == "back":
        return riesz.asarray(x[::-1].copy(), backend="pycuda")[::-1] if x.ndim else on_device(x)
    if layout == "odd":  # not aligned to a pack
        y = riesz.asarray(np.concatenate((x.ravel()[:1], x.ravel())), backend="pycuda")
        return y[1:].reshape(x.shape)
    return riesz.asarray(x, backend="pycuda")


def formula(m, x, y):
    z = m.sin(x) * y
    return z + x, m.where(x, z, y) - 2


def broadcasts():
    for shapes in (
        [(7,), (7,)], [(), (5,)], [(2, 1), (1, 3)], [(3, 8), (8,)], [(4, 3, 8), (3, 1)],
        [(1,), ()], [(1, 1), (1, 1)], [(600, 5), (5,)], [(2, 3, 2, 4), (2, 1, 1, 4)],
    ):  # fmt: skip
        for layout in ("C", "F"):
            yield (
                f"{shapes}{layout}",
                Case(formula, [numbers(s, "float32") for s in shapes]),
                layout,
            )


def layouts():
    for dtype in DTYPES:
        for layout in ("C", "F", "back", "odd"):
            x = [numbers((6, 9), dtype) for _ in range(2)]
            yield f"{dtype}-{layout}", Case(lambda m, x, y: (x * y + 0.1, x - y), x), layout


def rolls():
    for shape in ((6, 8), (5, 7)):
        for shift in ((1, 0), (0, -1), (2, 3), (-1, 7)):
            x, y = numbers(shape, "float32"), numbers(shape, "float32")
            case = Case(
                lambda m, x, y, z: (x * y + z, x - y), [x, y, x],
                shifts=[shift, None, (1, 0)], reduce=[None, ("sum", (1,), False)],
            )  # fmt: skip
            yield f"{shape} by {shift}", case, "C"


def paddings():
    for shape, shift in (((4, 5), (1, 2)), ((6, 1), (0, 7)), ((6, 8), (0, 0)), ((1, 1), (5, 0))):
        x, y = numbers(shape, "float32"), numbers((6, 8), "float32")
        case = Case(
            lambda m, x, y: (m.cos(x) * y, x - y), [x, y], shifts=[shift], padded=True,
            reduce=[None, ("sum", (0,), False)], domain=(6, 8),
        )  # fmt: skip
        yield f"{shape} between zeros, from {shift}", case, "C"


def reductions():
    for shape, axes in (
        ((5,), (0,)), ((5000,), (0,)), ((20_001,), (0,)), ((3, 700), (1,)), ((700, 40), (0,)),
        ((2000, 3), (0,)), ((2, 5000), (1,)), ((4, 30, 5), (1,)), ((30, 4, 50), (0, 2)),
        ((1, 6), (0,)), ((9000, 35), (0,)), ((3, 1, 2), (0, 1, 2)),
    ):  # fmt: skip
        for name in ("sum", "prod", "max", "min"):
            x, keepdims = 1 + numbers(shape) / np.prod(shape), name in ("sum", "max")
            reduce = [(name, axes, keepdims)]
            case = Case(lambda m, x: (m.exp(x) / np.e, x * x), [x], reduce)
            yield f"{name} {shape} {axes}", case, "C"
    x = numbers((3, 500))
    x[1, 7] = np.nan
    yield "nan", Case(lambda m, x: (x + 1.0,), [x], [("max", (1,), False)]), "C"
    different = [("sum", (0,), False), ("max", (1,), True), ("sum", (0, 1), False)]
    shapes = numbers((40, 90)), numbers((90,))
    case = Case(lambda m, x, y: (x * y, x + y, x - y, x * x), shapes, different)
    yield "different axes", case, "C"


CASES = {
    name: rest
    for make in (broadcasts, layouts, rolls, paddings, reductions)
    for name, *rest in make()
}


@pytest.fixture(scope="module")
def prepared(pycuda):
    """The kernel of every case, with its results and operands on the device."""
    made = {}
    with Together() as together:
        for name, (case, layout) in CASES.items():
            kernel = pycuda.compile(case.cluster)
            assert kernel is not None, pycuda.refusal(case.cluster)
            out = tuple(on_device(y) for y in case.outputs())
            x = tuple(on_device(x, layout) for x in case.arrays)
            together += [each.launch_for(out, x).source for each in kernel.passes]
            made[name] = kernel, out, x
    return made


@pytest.mark.parametrize("name", CASES)
def test_kernels(prepared, name):
    kernel, out, x = prepared[name]
    with Launches() as launches:
        kernel(out, x)
    assert len(launches) == sum(each.launches for each in kernel.passes)
    for y, expected in zip(out, CASES[name][0].expected, strict=True):
        assert_close(riesz.to_numpy(y), expected, ulps=3000 if expected.size < 999 else 64)


def test_results_of_different_axes_are_different_kernels(prepared):
    assert [len(each.results) for each in prepared["different axes"][0].passes] == [2, 1, 1]


def test_sums_give_equal_bits(prepared):
    kernel, out, x = prepared["sum (20001,) (0,)"]
    y, found = out[0], set()
    for _ in range(3):
        kernel(out, x)
        found.add(riesz.to_numpy(y).tobytes())
    assert len(found) == 1


# --- texts ---------------------------------------------------------------------------------------


def sources(backend, case):
    return backend.compile(case.cluster).sources


def test_single_precision_has_no_double(pycuda):
    case = Case(
        lambda m, x: (m.exp(x) * 0.1 + m.expit(x) + m.sinc(x), x**2.5 / 3),
        [numbers(10, "float32")], [("sum", (0,), False), ("max", (0,), False)],
    )  # fmt: skip
    (source,) = sources(pycuda, case)
    text = source.text + "".join(source.helpers.values())
    assert "double" not in text
    literals = re.findall(r"(?<![\w.])\d+(?:\.\d*(?:e[+-]?\d+)?|e[+-]?\d+)\w*", text)
    bare = [w for w in literals if not w.endswith("f")]
    assert len(literals) > 3
    assert all(f"(float){w}" in text for w in bare)


def test_shapes_do_not_enter_the_text(pycuda):
    made = [Case(formula, [numbers((n, 8)), numbers((8,))]) for n in (3, 700)]
    first, second = (sources(pycuda, case) for case in made)
    assert first == second
    assert module(first) == module(second)


def test_contiguous_arrays_are_loaded_in_packs(pycuda):
    x = [numbers((4, 8), "float32"), numbers((8,), "float32")]
    (source,) = sources(pycuda, Case(formula, x))
    assert "const riesz_pack<float, 4> v_x0" in source.text
    assert "*(riesz_pack<float, 4> *)(p_y1" in source.text


@pytest.mark.parametrize(("n", "small"), [(1 << 20, True), (1 << 31, False)])
def test_large_arrays_are_counted_with_64_bits(pycuda, n, small):
    cluster = replace(Case(lambda m, x: x + 1.0, [np.ones(2)]).cluster, domain=(n,))
    (part,) = parts(cluster)
    axes = Axes(part, [(Offset((1,), (None,), True), True)] * 2, False)
    assert axes.small is small
    assert ("long long r" in Printer(part, axes).source.text) is not small


def test_the_texts_for_cupy_are_the_same(pycuda):
    from raw_kernels import raw_cupy

    cases = [case for case, _ in CASES.values()]
    texts = [module(s for c in cases for s in sources(b, c)) for b in (pycuda, raw_cupy())]
    assert texts[0] == texts[1]


def test_long_programs_are_short_texts(pycuda):
    """A compiler's time grows faster than the number of sines that it copies into a kernel."""

    def chain(m, x):
        for _ in range(40):
            x = m.sin(x) * 1.25 + 0.1
        return x

    case = Case(chain, [numbers(5000, "float32")])
    kernel = pycuda.compile(case.cluster)
    (source,) = kernel.sources
    assert source.text.count("= riesz_shared_sinf(") == 40
    assert "riesz_pack" not in source.text
    (y,), x = [on_device(v) for v in case.outputs()], on_device(case.arrays[0])
    kernel((y,), (x,))
    assert_close(riesz.to_numpy(y), case.expected[0], ulps=500)


def test_too_many_operands_are_refused(pycuda):
    case = Case(lambda m, *x: sum(x[1:], x[0]), [np.ones((2, 2))] * 200)
    assert "4096 bytes" in pycuda.refusal(case.cluster)
    assert pycuda.compile(case.cluster) is None


# --- plans ---------------------------------------------------------------------------------------


def heat(x):
    for _ in range(3):
        around = np.roll(x, 1, 0) + np.roll(x, -1, 0) + np.roll(x, 1, 1) + np.roll(x, -1, 1)
        x = x + 0.1 * (around - 4 * x)
    return np.sum(np.abs(x) ** 2)


def heat_of_slices(x):
    for _ in range(2):
        inside = x[1:-1, 1:-1]
        around = x[2:, 1:-1] + x[:-2, 1:-1] + x[1:-1, 2:] + x[1:-1, :-2]
        x = np.pad(inside + 0.1 * (around - 4 * inside), 1)
    return np.sum(np.abs(x) ** 2)


PROGRAMS = {
    "elementwise": lambda x: np.sum(np.abs(np.sin(x) * np.exp(-(x**2)) / (1 + x * x / 9))),
    "rows": lambda x: np.sum(np.log(np.sum(np.abs(np.exp(x / 4)), axis=1)) ** 2),
    "columns": lambda x: np.sum(np.abs(np.sum(x * x[:, :1], axis=0)) ** 1.5),
    "stencil": heat,
    "slices": heat_of_slices,
    "normalise": lambda x: np.sum(np.abs((x - np.mean(x, 0)) * np.conj(x[0])) ** 2),
    "product": lambda x: np.sum(np.abs(np.tanh(x @ x.T) * 2 + 1) ** 2),
}


@pytest.fixture(scope="module")
def compiled(pycuda):
    """Value and gradient of every program and dtype, recorded, with its argument."""
    made = {}
    with Together():
        for name, f in PROGRAMS.items():
            for dtype in DTYPES:
                x = numbers((12, 10), dtype)
                F = riesz.compile(riesz.value_and_grad(f))
                made[name, dtype] = F, x, F.explain(on_device(x))
    return made


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", PROGRAMS)
def test_compiled_programs(compiled, name, dtype):
    f, x, _ = compiled[name, dtype]
    for found, host in zip(f(on_device(x)), f.f(x), strict=True):
        assert_close(riesz.to_numpy(found), host, ulps=2000)


@pytest.mark.parametrize("name", ["elementwise", "stencil"])
def test_compiled_equals_eager(compiled, name):
    f, x, _ = compiled[name, "float64"]
    for found, eager in zip(f(on_device(x)), f.f(on_device(x)), strict=True):
        assert_close(riesz.to_numpy(found), riesz.to_numpy(eager))


@pytest.mark.parametrize(("name", "launches"), [("elementwise", 1), ("rows", 3), ("stencil", 6)])
def test_launches(compiled, name, launches):
    """Value and gradient: one kernel where nothing waits for a sum; one for each heat step."""
    f, x, text = compiled[name, "float64"]
    x = on_device(x)
    with Launches() as found:
        f(x)
    assert len(found) == launches
    assert f"in {launches} launches" in text
    assert "everything is fused" in text


def test_what_explain_says_is_moved(pycuda):
    n = 40_000
    x = on_device(numbers(n, "float32"))
    f = riesz.compile(riesz.value_and_grad(lambda x: np.sum(np.sin(x) ** 2)))
    assert "kernels: 1 calls in 2 launches of 1 kernels" in f.explain(x)
    (plan,) = f._plans.values()
    (step,) = plan.steps
    (both,) = step.kernel.passes
    assert both.between == 4 * both.expected.chunks > 4
    assert moved(step) == 4 * n + 4 * n + 4 + 2 * both.between


UNARY = ("sin", "cos", "tanh", "exp", "square", "negative", "conj")
BINARY = ("add", "subtract", "multiply", "divide")


def random_program(random, steps):
    """Steps (name, operands) on two arrays, reductions and rolls among them."""
    kinds = random.choice(["unary", "binary", "binary", "roll", "sum"], steps)
    names = {"unary": UNARY, "binary": BINARY}
    return [
        (random.choice(names.get(kind, (kind,))), *random.integers(0, k + 2, 2))
        for k, kind in enumerate(kinds)
    ]


def perform(steps, x, y):
    values = [x, y]
    for name, i, j in steps:
        v, w = values[i], values[j]
        if name == "roll":
            values.append(np.roll(v, 1, j % 2))
        elif name == "sum":
            values.append(v - np.sum(v, j % 2, keepdims=True) / 4)
        elif name == "divide":
            values.append(v / (2 + w * np.conj(w)))
        else:
            values.append(np.tanh(getattr(np, name)(*(v, w)[: 1 + (name in BINARY)])))
    return np.sum(np.abs(values[-1]) ** 2) + np.sum(np.abs(values[len(values) // 2]) ** 2)


@pytest.fixture(scope="module")
def random_programs(pycuda):
    """Random programs, compiled together, with their arguments."""
    made = []
    with Together():
        for seed in range(24):
            dtype = DTYPES[seed % 4]
            steps = random_program(np.random.default_rng(seed), 3 + seed % 6)
            x = [numbers((4, 6), dtype) / 4 for _ in range(2)]
            f = riesz.compile(riesz.value_and_grad(partial(perform, steps), (0, 1)))
            f.explain(*map(on_device, x))
            made.append(SimpleNamespace(f=f, x=x, steps=steps))
    return made


@pytest.mark.parametrize("seed", range(24))
def test_random_programs(random_programs, seed):
    it = random_programs[seed]
    value, gradients = it.f(*map(on_device, it.x))
    expected, host = it.f.f(*it.x)
    assert_close(riesz.to_numpy(value), expected, ulps=5000)
    for found, g in zip(gradients, host, strict=True):
        assert_close(riesz.to_numpy(found), g, ulps=5000)
