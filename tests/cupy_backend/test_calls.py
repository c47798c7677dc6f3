"""Every call that operators make of CuPy is one that CuPy takes: its dtypes and its arguments.

`calls.json` has, of CuPy 14, the loops of its ufuncs and the parameters of the functions called.
"""

import inspect
import json
from pathlib import Path

import numpy as np
import pytest

import riesz
from riesz.conformance import Draw
from riesz.conformance.application import Application, pull
from riesz.errors import UnsupportedOperator
from riesz.registry import registry
from riesz_backends.cupy.namespace import Namespace
from riesz_backends.cupy.special import REAL_ONLY

registry.load()
CALLS = json.loads((Path(__file__).parent / "calls.json").read_text())
KINDS = {"*": inspect.Parameter.VAR_POSITIONAL, "**": inspect.Parameter.VAR_KEYWORD}


def takes(loop, x):
    """Whether a loop of a ufunc, ff->f, takes these arguments; numbers of Python's are weak."""
    inputs = loop.partition("->")[0]
    return len(inputs) == len(x) and all(
        np.can_cast(v.dtype, c) if hasattr(v, "dtype") else np.can_cast(np.min_scalar_type(v), c)
        for v, c in zip(x, inputs, strict=True)
    )


def signature(text):
    """The parameters in a text such as `a axis= * dtype=`."""
    kind, found = inspect.Parameter.POSITIONAL_OR_KEYWORD, []
    for word in text.split():
        name, stars = word.strip("*="), word[: word.count("*")]
        if name:
            default = None if word.endswith("=") else inspect.Parameter.empty
            found.append(inspect.Parameter(name, KINDS.get(stars, kind), default=default))
        if stars == "*":
            kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Signature(found)


def checked(part, name, function):
    """A function of NumPy's or SciPy's, called as CuPy's may be."""
    loops = CALLS["ufuncs"].get(part, {}).get(name)
    parameters = CALLS["parameters"][part].get(name)

    def call(*x, **how):
        if loops is not None:
            n = len(loops.partition("->")[0])
            inputs, rest = x[:n], x[n:]
            assert len(rest) <= 1, f"{name} of {len(x)} arrays"
            assert set(how) <= {"out", "dtype", "casting"}, f"{name} with {how}"
            fits = any(takes(loop, inputs) for loop in loops.split())
            assert fits, f"CuPy has no {name} of {[getattr(v, 'dtype', v) for v in inputs]}"
        else:
            assert parameters is not None, f"{part} {name} is not written down"
            signature(parameters).bind(*x, **how)
        return function(*x, **how)

    return call


@pytest.fixture
def strict(emulated, monkeypatch):
    """The stand-in, which checks calls of functions; not methods, nor names of dtypes."""
    first = Namespace._first

    def found(self, name):
        value = first(self, name)
        return value if isinstance(value, type) or not callable(value) else checked(
            self._part, name, value
        )  # fmt: skip

    monkeypatch.setattr(Namespace, "_first", found)
    monkeypatch.setattr(emulated, "xp", type(emulated)().xp)
    with riesz.use_backend(emulated):
        yield emulated


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_every_call(strict, dtype):
    done = 0
    for name, op in registry.operators.items():
        if op.real_only and np.dtype(dtype).kind == "c":
            continue
        for sample in registry.samples[name](Draw(np.dtype(dtype))):
            F = Application(op, sample)
            try:
                y = F.results(*F.points)
                if F.points and not op.constant:
                    pull(F, F.points, tuple(map(np.ones_like, F(*F.points))))
            except UnsupportedOperator:
                continue
            assert y
            done += 1
    assert done > 250


@pytest.mark.parametrize("call", [
    lambda xp, x: xp.special.gammaln(x),
    lambda xp, x: xp.sin(x, where=True),
    lambda xp, x: xp.cumsum(x, reverse=True),
])  # fmt: skip
def test_what_cupy_would_not_take_is_noticed(call, strict):
    x = strict.asarray([1.0, 2.0j])
    assert strict.xp.logical_not(x).tolist() == [False, False]  # ours, before CuPy's is asked
    with pytest.raises((AssertionError, TypeError)):
        call(strict.xp, x)


def test_what_an_installed_cupy_has():
    """With CuPy installed (no GPU needed): the loops and parameters are those written down."""
    cupy = pytest.importorskip("cupy", reason="CuPy is not installed")
    special = pytest.importorskip("cupyx.scipy.special", reason="CuPy is not installed")
    if cupy.__version__ != CALLS["version"]:
        pytest.skip(f"calls.json is of CuPy {CALLS['version']}, this is {cupy.__version__}")
    for part, module in (("", cupy), ("special", special)):
        for name, loops in CALLS["ufuncs"][part].items():
            assert " ".join(getattr(module, name).types) == loops
        for name, text in CALLS["parameters"][part].items():
            found = inspect.signature(getattr(module, name)).parameters
            assert list(found) == list(signature(text).parameters)
    assert all("D" not in CALLS["ufuncs"]["special"][name] for name in REAL_ONLY)
