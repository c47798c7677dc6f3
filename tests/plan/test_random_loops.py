"""Loops with random bodies: compiled, in one call and step by step, against NumPy.

A body is a list of steps drawn beforehand, each a function of values that were computed before it.
What is carried on and what is collected are any of these: also an argument itself, a view of it, a
constant, or the same value twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import riesz
from riesz.control import recurrence
from riesz.plan import repetition

pytestmark = pytest.mark.skipif(
    riesz.get_backend("native").probe() is not None, reason="no C compiler"
)
EXAMPLES = 80
DEEP = 10  # steps of a body
FEW = 200  # entries of a value
DTYPES = ["f8", "f8", "f8", "f4", "c16", "i8", "i4", "i2", "u1", "?"]
SHAPES = [(), (), (0,), (1,), (3,), (4,), (2, 3), (3, 2), (3, 3), (1, 3), (2, 1, 3), (2, 3, 3)]
LAYOUTS = {
    "plain": lambda x: x,
    "flipped": lambda x: x[::-1, ...],
    "every other": lambda x: np.repeat(x, 2, axis=0)[::2],
    "broadcast": lambda x: np.broadcast_to(x[:1], x.shape),
    "Fortran": np.asfortranarray,
}


class Impossible(Exception):
    """A step that the value does not allow."""


def need(condition):
    if not condition:
        raise Impossible


def numbers(rng, shape, dtype):
    """Away from zero, where |x| has no derivative."""
    dtype = np.dtype(dtype)
    x = rng.uniform(0.2, 1.5, shape) * rng.choice([-1, 1], shape)
    if dtype.kind == "c":
        x = x + 1j * rng.uniform(0.2, 1, shape)
    if dtype.kind in "iub":
        x = rng.integers(0, 2 if dtype.kind == "b" else 5, shape)
    return np.asarray(x, dtype)


def unaligned(x):
    y = np.empty(x.nbytes + 1, np.uint8)[1:].view(x.dtype).reshape(x.shape)
    y[...] = x
    y.flags.writeable = False
    return y


# --- steps: (draw, value, all values) -> a function, and which other values it takes


def partner(draw, values, fits):
    found = [i for i, w in enumerate(values) if fits(w)]
    need(found)
    return draw(st.sampled_from(found))


def broadcasts(v, w):
    return all(m == n or 1 in (m, n) for m, n in zip(v.shape[::-1], w.shape[::-1], strict=False))


UNARY = {
    "f": [
        np.sin, np.tanh, np.abs, np.negative, np.floor, np.sign, np.square, np.real,
        lambda x: x * 0.5, lambda x: np.exp(-x * x), lambda x: 1 / (1 + x * x),
    ],
    "c": [np.conj, np.real, np.imag, np.abs, lambda z: z * 1j, lambda z: z * z * 0.5],
    "i": [np.negative, lambda k: k + 1, lambda k: k % 3, lambda k: 2 * k],
    "u": [lambda k: k + 1, lambda k: k % 3],
    "b": [np.logical_not, lambda b: b ^ True],
}  # fmt: skip


def unary(draw, v, values):
    return (draw(st.sampled_from(UNARY[v.dtype.kind])),)


def binary(draw, v, values):
    functions = [np.add, np.multiply, lambda a, b: a * b + b, lambda a, b: b]
    if v.dtype.kind == "f":
        functions += [lambda a, b: a / (2 + abs(b)), lambda a, b: a - b]
    i = partner(draw, values, lambda w: broadcasts(v, w))
    if "c" not in (v.dtype.kind, values[i].dtype.kind):
        functions += [np.maximum, np.less, lambda a, b: np.where(b > 0.1, a, b)]
    return draw(st.sampled_from(functions)), i


def chosen(draw, v, values):
    i = partner(draw, values, lambda w: broadcasts(v, w))
    number = draw(st.sampled_from([None, 3] if v.dtype.kind == "u" else [None, 0, 1.5, -2, True]))
    if number is None:
        return lambda a, b: np.where(a, a, b), i
    return lambda a, b: np.where(b, a, number), i


def cast(draw, v, values):
    dtypes = ["c16"] if v.dtype.kind == "c" else ["f4", "f8", "c16", "i4", "?"]
    dtype = draw(st.sampled_from(dtypes))
    return (lambda x: x.astype(dtype),)


def key_of(draw, v):
    """A key that takes a view."""
    slices = [slice(None), slice(None, None, -1), slice(None, None, 2), slice(1, None),
              slice(-1, None, -2), slice(0, 1)]  # fmt: skip
    parts = [draw(st.sampled_from(slices + [0, -1] * (n > 0))) for n in v.shape]
    for extra in (None, Ellipsis):
        if draw(st.booleans()):
            parts.insert(draw(st.integers(0, len(parts))), extra)
    return tuple(parts)


def sliced(draw, v, values):
    key = key_of(draw, v)
    return (lambda x: x[key],)


def seen(draw, v, values):
    """Other views: transposed, of another shape, flipped, broadcast."""
    axes = tuple(draw(st.permutations(range(v.ndim))))
    shape = draw(st.sampled_from([(-1,), (1, -1), (-1, 1), (2, -1), (3, -1)]))
    functions = [lambda x: np.transpose(x, axes), lambda x: np.broadcast_to(x, (2, *x.shape))]
    if v.size and v.size % max(shape) == 0:
        functions.append(lambda x: np.reshape(x, shape))
    if v.ndim:
        functions += [lambda x: np.flip(x, axes[0]), np.flip]
    return (draw(st.sampled_from(functions)),)


def moved(draw, v, values):
    need(v.ndim)
    axes = draw(st.sampled_from([(0,), (-1,), tuple(range(v.ndim))]))
    shifts = tuple(draw(st.integers(-4, 4)) for _ in axes)
    width = [(draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in v.shape]
    functions = [lambda x: np.roll(x, shifts, axes), lambda x: np.pad(x, width)]
    return (draw(st.sampled_from(functions)),)


def joined(draw, v, values):
    i = partner(draw, values, lambda w: w.shape == v.shape)
    axis = draw(st.integers(-1, max(v.ndim - 1, 0)))
    functions = [lambda a, b: np.stack([a, b, a], axis)]
    if v.ndim:
        functions.append(lambda a, b: np.concatenate([b, a], axis))
    return draw(st.sampled_from(functions)), i


def reduced(draw, v, values):
    axis = draw(st.sampled_from([None, *range(-1, v.ndim)] if v.ndim else [None]))
    keepdims = draw(st.booleans())
    need(v.size)
    functions = [np.sum, np.mean, np.max, np.min] if v.dtype.kind in "fiu" else [np.sum, np.mean]
    f = draw(st.sampled_from(functions))
    return (lambda x: f(x, axis=axis, keepdims=keepdims),)


def multiplied(draw, v, values):
    def fits(w):
        same = w.ndim > 0 and v.shape[-1] == w.shape[0 if w.ndim == 1 else -2]
        return same and (v.ndim < 3 or w.ndim < 3 or v.shape[:-2] == w.shape[:-2])

    need(v.ndim)
    return np.matmul, partner(draw, values, fits)


def updated(draw, v, values):
    key = key_of(draw, v)
    part = v[key]

    def fits(w):
        held = np.can_cast(w.dtype, v.dtype, "same_kind") and w.ndim <= part.ndim
        return held and broadcasts(w, part) and np.broadcast(w, part).shape == part.shape

    functions = [
        lambda x, w: riesz.at(x)[key].set(w),
        lambda x, w: riesz.at(x)[key].add(w),
        lambda x, w: riesz.at(x)[key].set(1),
    ]
    return draw(st.sampled_from(functions)), partner(draw, values, fits)


def constant(draw, v, values):
    C = numbers(np.random.default_rng(draw(st.integers(0, 9))), v.shape, v.dtype)
    functions = [lambda x: C, lambda x: C[..., None], lambda x: x + C, np.zeros_like]
    return (draw(st.sampled_from(functions)),)


def nested(draw, v, values):
    """A loop in the loop, and a compiled function."""

    def inner(c, x):
        return (c * 0.5 + np.sum(x)).astype(c.dtype), (c, x)

    functions = [
        lambda a, b: riesz.scan(inner, a, b)[0],
        lambda a, b: riesz.scan(inner, a, b, reverse=True)[1][0],
        lambda a, b: riesz.iterate(
            lambda c: (np.cos(c) * np.tanh(np.sum(b))).astype(c.dtype), a, 3
        ),
        riesz.compile(lambda a, b: np.cos(a) * np.sum(b)),
    ]
    i = partner(draw, values, lambda w: w.ndim > 0 and len(w) > 0 and w.dtype.kind != "c")
    return draw(st.sampled_from(functions)), i


STEPS = [
    unary, unary, binary, binary, chosen, cast, sliced, sliced, seen, seen, moved, joined, joined,
    reduced, multiplied, updated, updated, constant, nested,
]  # fmt: skip


# --- bodies and loops


@dataclass
class Step:
    """values.append(f(*(values[i] for i in at)))."""

    f: Callable[..., Any]
    at: tuple[int, ...]


class Body:
    """`body(carry, x, *around)`; `values` are those at the first arguments."""

    def __init__(self, draw, carry, row, around):
        self.draw, self.given = draw, [*carry, *row, *around]
        self.values = [np.asarray(v) for v in self.given]
        self.steps, self.carried = [], len(carry)
        for _ in range(draw(st.integers(1, DEEP))):
            self.step()
        self.next = [self.like(c) for c in carry]
        self.found = draw(st.lists(st.sampled_from(range(len(self.values))), max_size=3))

    def __call__(self, carry, x, *around):
        values = [*carry, *x, *around]
        for step in self.steps:
            values.append(step.f(*(values[i] for i in step.at)))
        return tuple(values[i] for i in self.next), tuple(values[i] for i in self.found)

    def step(self):
        i = self.draw(st.sampled_from(range(len(self.values))))
        try:
            f, *at = self.draw(st.sampled_from(STEPS))(self.draw, self.values[i], self.values)
            value = f(*(self.given[j] for j in (i, *at)))
        except (Impossible, TypeError, AttributeError, riesz.RieszError):
            return
        if type(value) is not float and value.size <= FEW:
            self.add(f, (i, *at), value)

    def add(self, f, at, value):
        self.steps.append(Step(f, at))
        self.given.append(np.asarray(value))
        self.values.append(self.given[-1])
        return len(self.values) - 1

    def like(self, c):
        """A value of the shape and dtype of c that does not grow with the times."""
        fits = [
            i for i, v in enumerate(self.given)
            if type(v) is not float and (v.shape, v.dtype) == (c.shape, c.dtype)
        ]  # fmt: skip
        i = self.draw(st.sampled_from(fits))
        if i < self.carried or c.dtype.kind == "b" or self.draw(st.integers(0, 3)) == 0:
            return i
        tame = (lambda v: v % 5) if c.dtype.kind in "iu" else (lambda v: v / (1 + np.abs(v)))
        return self.add(tame, (i,), tame(self.values[i]))


class Loop(NamedTuple):
    """f(carry, xs, around) at `x`; `kind`: what is asked of it."""

    f: Callable[..., Any]
    x: tuple[Any, ...]
    kind: str
    body: Body


@st.composite
def loops(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    n = draw(st.sampled_from([1, 2, 3, 5, 5, 258]))

    def array(*before):
        shape = (*before, *draw(st.sampled_from([*SHAPES, (2, 0)])))
        x = numbers(rng, shape, draw(st.sampled_from(DTYPES)))
        if before:
            x = LAYOUTS[draw(st.sampled_from(list(LAYOUTS)))](x)
        return unaligned(x) if draw(st.integers(0, 4)) == 0 else x

    carry = [array() for _ in range(draw(st.integers(1, 3)))]
    around = [array() for _ in range(draw(st.integers(0, 2)))] + draw(st.sampled_from([[], [0.75]]))
    carry += carry[:1] if draw(st.booleans()) else []  # the same array twice
    xs = [array(n) for _ in range(draw(st.integers(0, 2)))]
    body = Body(draw, carry, [x[0] for x in xs], around)
    reverse = draw(st.booleans())

    def f(carry, xs, around):
        return riesz.scan(
            lambda c, x: body(c, x, *around), tuple(carry), tuple(xs), n, reverse=reverse
        )

    kind = draw(st.sampled_from(["value", "value", "gradient", "gradient", "jvp", "hvp"]))
    return Loop(f, (carry, xs, around), kind, body)


# --- what is compared


def weighed(y):
    """A number that depends on every entry."""
    weights = np.arange(1.0, 1 + y.size).reshape(y.shape)
    return np.sum(np.tanh(np.real(y * (1 + 0.5j))) * weights)


def floating(x):
    return type(x) is not float and x.dtype.kind in "fc" and x.size > 0


def asked(loop):
    """The function to be compared, and its arguments."""
    leaves, tree = riesz.tree.flatten(loop.x)
    on = [i for i, v in enumerate(leaves) if floating(v)]
    if loop.kind == "value" or not on:
        return loop.f, loop.x
    v, rest = tuple(leaves[i] for i in on), [x for i, x in enumerate(leaves) if i not in on]
    u = tuple(np.cos(np.arange(x.size)).reshape(x.shape).astype(x.dtype) for x in v)

    def total(rest):
        def of(*v):
            given, others = dict(zip(on, v, strict=True)), iter(rest)
            x = [given[i] if i in given else next(others) for i in range(len(leaves))]
            found = riesz.tree.flatten(loop.f(*tree.unflatten(x)))[0]
            return sum([weighed(y) for y in found if floating(y)], 0.0)

        return of

    return {
        "gradient": lambda v, rest: riesz.value_and_grad(total(rest), tuple(range(len(v))))(*v),
        "jvp": lambda v, rest: riesz.jvp(total(rest), v, u),
        "hvp": lambda v, rest: riesz.hvp(total(rest), v, u),
    }[loop.kind], (v, rest)


def outcome(f, x):
    """The result, or the error of one that is refused."""
    try:
        with np.errstate(all="ignore"):
            return f(*x)
    except riesz.RieszError as error:
        return error


def agree(found, expected, tolerance):
    if isinstance(expected, Exception):
        assert type(found) is type(expected)
        return
    assert not isinstance(found, Exception), found
    found, expected = riesz.tree.flatten(found)[0], riesz.tree.flatten(expected)[0]
    for a, b in zip(map(np.asarray, found), map(np.asarray, expected), strict=True):
        assert (a.shape, a.dtype) == (b.shape, b.dtype)
        scale = np.max(np.abs(b), initial=1.0, where=np.isfinite(b))
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance * scale)


def check(loop):
    """Twice in one call each, and called from Python."""
    f, x = asked(loop)
    expected = outcome(f, x)
    single = any(v.dtype == np.float32 for v in loop.body.values)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recurrence, "FEWEST", 0)
        patch.setattr(recurrence, "LONG", 0)
        for largest, times in ((2**18, 2), (-1, 1)):
            patch.setattr(repetition, "LARGEST", largest)
            compiled = riesz.compile(f, "native")
            for _ in range(times):
                agree(outcome(compiled, x), expected, 2e-3 if single else 1e-7)


@settings(
    derandomize=True, deadline=None, max_examples=EXAMPLES, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(loops())
def test_random_bodies(loop):
    check(loop)
