"""A loop as one step of a recorded program: its body is recorded once, however often it runs.

An eager tape holds every step of a loop. A compiled program would be as long as the loop, so there
a long one is this operator: x_i = F(x_{i-1}), with a row of what is given to each step and a row of
what each step gives. Its adjoint is a recurrence that runs backwards along the carries which the
forward one has kept, computing the inside of each step again; its tangent is one that carries the
tangent too. Both are the same operator for another body, so there is any order.

A. E. Bryson and Y.-C. Ho, Applied Optimal Control (1975), section 2.2: discrete adjoints.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, cast

from riesz.backend import namespace, zeros_like
from riesz.errors import InvalidValue
from riesz.frozen import freeze
from riesz.protocol import Operator
from riesz.space import Space
from riesz.tape import Tape
from riesz.traced import Traced, apply, strip
from riesz.tree import flatten, tree_map

from .closure import converted
from .differential import pull, value_and_push
from .leaves import Leaves, is_array, is_floating
from .recomputation import result_of

Body = Callable[[Any, Any], tuple[Any, Any]]
Step = Callable[..., tuple[Any, ...]]
FEWEST = 20  # steps, and recorded operators of all of them, beyond which a body is recorded once
LONG = 1000


def recurrence(body: Body, carry: Any, xs: Any, n: int) -> tuple[Any, Any] | None:
    """`(carry, ys)` of a scan by one step of the program that is being recorded.

    None where none is recorded, where the loop is short, and where the body looks at values or
    takes them from an object, so that only unrolling is right. Raises InvalidValue for a body that
    is another program each time: it draws random numbers, or counts.
    """
    around, at = converted(body)
    record = _recorder([*flatten((carry, xs))[0], *around])
    if record is None or n < FEWEST or not all(map(is_array, flatten(xs)[0])):
        return None
    given = Leaves((carry, tree_map(lambda x: x[0], xs), around))
    structures: list[Any] = []
    numbers = [x.tape.is_number(x) for x in around]

    def step(*arrays: Any) -> tuple[Any, ...]:
        c, x, values = given.join(arrays)
        held = [v.tape.number(v) if i else v for v, i in zip(values, numbers, strict=True)]
        new, y = at(held)(c, x)
        (states, before), (rows, after) = flatten(new), flatten(y)
        structures[:] = before, after
        return (*states, *rows)

    name = getattr(body, "__name__", "f")
    X = [Space.bare(x.shape, x.dtype) for x in given.taken()]
    if not _is_long(record, step, X, n, name):
        return None
    first, rows = flatten(carry)[0], flatten(xs)[0]
    found = Recurrence(step, n, len(first), len(rows), record, name)(*first, *rows, *around)
    before, after = structures
    return before.unflatten(found[: len(first)]), after.unflatten(found[len(first) :])


def _recorder(arrays: Sequence[Any]) -> Any:
    """What records a body as a program of its own; None where the program is not recorded."""
    found = (x.tape for x in map(strip, arrays) if type(x) is Traced)
    return getattr(next(found, None), "recorder", None)


def _is_long(record: Any, step: Step, X: Sequence[Space], n: int, name: str) -> bool:
    try:
        once = record(step, X)
        if once is None or n * once.length <= LONG:
            return False
        text = once.text  # before the body runs again: it may change an array
        again = record(step, X)
    except Exception:  # whatever it is, unrolling does without or says it with its reason
        return False
    if text != again.text:
        raise InvalidValue(
            f"The body {name} of a loop of {n} steps was recorded twice by riesz.compile and was "
            "not the same program: it draws random numbers, counts, or reads what changes outside. "
            "A long loop is recorded once for all its steps. Give what changes as xs or in the "
            "carry, drawn or counted before the loop."
        )
    return bool(once.statics == again.statics)


class Recurrence(Operator):
    """(x_n, rows) of x_i, row_i = step(x_{i-1}, rows given, what is the same for all)."""

    arity = None
    constant = False
    real_only = False
    family = "recurrence"

    def __init__(
        self, step: Step, n: int, carried: int, along: int, record: Any, name: str,
        backwards: bool = False,
    ) -> None:  # fmt: skip
        """`carried` arguments come first, then `along` with a row for each of the n steps."""
        self.step, self.n, self.carried, self.along = step, n, carried, along
        self.record_body, self.body, self.backwards = record, name, backwards
        self.name = self.__name__ = f"{n} x {name}"
        self.static: dict[str, Any] = {}
        self.program: Any = None

    def __call__(self, *x: Any, **static: Any) -> Any:
        """One step of the trace that x belongs to."""
        return apply(self, x, static)

    def other(self, step: Step, carried: int, along: int, backwards: bool) -> Recurrence:
        """Another body in the same loop, or in the one that runs the other way."""
        return Recurrence(step, self.n, carried, along, self.record_body, self.body, backwards)

    def metric(self, *X: Any, **static: Any) -> tuple[Space, ...]:
        """The spaces of the results: those of one step, the body being recorded now."""
        rows = [Space.bare(Xi.shape[1:], Xi.dtype) for Xi in self._rows(X)]
        self.program = self.record_body(self.step, [*X[: self.carried], *rows, *self._rest(X)])
        Y = self.program.spaces
        stacked = (Space.bare((self.n, *Yi.shape), Yi.dtype) for Yi in Y[self.carried :])
        return (*Y[: self.carried], *stacked)

    def evaluate(self, x: tuple[Any, ...], static: dict[str, Any]) -> tuple[Any, ...]:
        """The results on plain arrays."""
        if self.program is None:
            self.metric(*map(Space.of, x))
        return self.forward(namespace(*x), *x)

    def forward(self, xp: Any, *x: Any) -> tuple[Any, ...]:
        """Run the recorded body n times."""
        if not isinstance(self.repetition, str):
            return cast(tuple[Any, ...], self.repetition(self.n, self.backwards, x))
        carry, rows, rest = x[: self.carried], self._rows(x), self._rest(x)
        spaces = self.program.spaces[self.carried :]
        ys = [Stack(xp, self.n, Y) for Y in spaces]
        for i in self._order():
            y = self.program(*map(xp.asarray, (*carry, *(row[i] for row in rows))), *rest)
            carry = y[: self.carried]
            for stack, row in zip(ys, y[self.carried :], strict=True):
                stack.put(i, row)
        return (*carry, *(stack.array() for stack in ys))

    @cached_property
    def repetition(self) -> Any:
        """What runs all steps in one call, or why each is called."""
        return self.program.repetition(self.carried, self.along)

    def record(
        self, tape: Tape, nodes: tuple[int, ...], x: tuple[Any, ...], active: tuple[bool, ...],
        static: dict[str, Any],
    ) -> Any:  # fmt: skip
        """Append the step; the carry before each of its steps is kept."""
        k, step = self.carried, self.step

        def keeping(*z: Any) -> tuple[Any, ...]:
            y = step(*z)
            return (*y[:k], *z[:k], *y[k:])

        found = self.other(keeping, k, self.along, self.backwards)(*x)
        y, kept = (*found[:k], *found[2 * k :]), found[k : 2 * k]
        for v, on in zip(x, active, strict=True):
            if not on:
                freeze(tape, v)
        positions = tuple(i for i, on in enumerate(active) if on)
        whole = tape.append(y, self.pull, (kept, list(x), positions, static), nodes)
        return tuple(result_of(tape, whole, i, y) for i in range(len(y)))

    def pull(
        self, a: Any, y: Any, x: list[Any], active: tuple[int, ...], static: dict[str, Any]
    ) -> tuple[Any, ...]:
        """The covectors of the active arguments; y is the carry before each step."""
        k, end, step = self.carried, self.carried + self.along, self.step
        states = [i for i in range(k) if is_floating(x[i])]
        rows = [i for i in active if k <= i < end and is_floating(x[i])]
        rest = [i for i in active if end <= i and is_floating(x[i])]
        on, seen = [*states, *rows, *rest], [ai is not None for ai in a[k:]]
        s, r, m = len(states), len(rest), len(rows)

        def back(*z: Any) -> tuple[Any, ...]:
            of_states, sums, at, of_rows, same = split(z, s, r, end, sum(seen))
            by_state, row = dict(zip(states, of_states, strict=True)), iter(of_rows)
            seeds = [by_state.get(i) for i in range(k)] + [next(row) if on else None for on in seen]
            g = pull(step, (*at, *same), on, seeds)
            total = (v + gi for v, gi in zip(sums, g[s + m :], strict=True))
            return (*g[:s], *total, *g[s : s + m])

        start = [zeros_like(x[i]) if a[i] is None else a[i] for i in states]
        sums, given = [zeros_like(x[i]) for i in rest], [ai for ai in a[k:] if ai is not None]
        loop = self.other(back, s + r, end + len(given), not self.backwards)
        found = loop(*start, *sums, *y, *x[k:end], *given, *x[end:])
        by_position = dict(zip([*states, *rest, *rows], found, strict=True))
        return tuple(by_position.get(i) for i in active)

    def push(
        self, u: list[Any], y: Any, x: tuple[Any, ...], static: dict[str, Any]
    ) -> tuple[Any, ...]:
        """The tangents of the floating results: the loop runs again with those of the carry."""
        k, end, step = self.carried, self.carried + self.along, self.step
        states = [i for i in range(k) if is_floating(x[i])]
        rows = [i for i in range(k, end) if u[i] is not None]
        rest = [i for i in range(end, len(x)) if u[i] is not None]
        s, m = len(states), len(rows)
        kept = [i for i in range(k, len(y)) if is_floating(y[i])]

        def moved(*z: Any) -> tuple[Any, ...]:
            c, dc, row, drow, same, dsame = split(z, k, s, end - k, m, len(x) - end)
            at, du = (*c, *row, *same), (*dc, *drow, *dsame)
            v, dv = value_and_push(step, at, [*states, *rows, *rest], du)
            return (*v[:k], *(dv[i] for i in states), *(dv[i] for i in kept))

        start = [zeros_like(x[i]) if u[i] is None else u[i] for i in states]
        loop = self.other(moved, k + s, end - k + m, self.backwards)
        moving, same = (u[i] for i in rows), (u[i] for i in rest)
        found = loop(*x[:k], *start, *x[k:end], *moving, *x[end:], *same)
        by_position = dict(zip([*states, *kept], found[k:], strict=True))
        return tuple(by_position.get(i) for i in range(len(y)))

    def _rows(self, x: Sequence[Any]) -> Sequence[Any]:
        return x[self.carried : self.carried + self.along]

    def _rest(self, x: Sequence[Any]) -> Sequence[Any]:
        return x[self.carried + self.along :]

    def _order(self) -> range:
        return range(self.n - 1, -1, -1) if self.backwards else range(self.n)


class Stack:
    """n rows, each written to its place as it comes, where a backend can write into arrays."""

    def __init__(self, xp: Any, n: int, Y: Space) -> None:
        """`Y` is the space of a row."""
        self.xp, self.rows = xp, [None] * n
        writes = hasattr(xp, "copyto")
        self.whole = xp.empty((n, *Y.shape), dtype=Y.dtype) if writes else None

    def put(self, i: int, row: Any) -> None:
        """Row i."""
        if self.whole is None:
            self.rows[i] = row
        else:
            self.xp.copyto(self.whole[i : i + 1], row)

    def array(self) -> Any:
        """All rows."""
        return self.xp.stack(self.rows) if self.whole is None else self.whole


def split(z: tuple[Any, ...], *counts: int) -> list[tuple[Any, ...]]:
    """The first so many of z, the next so many, ..., and the rest.

    >>> split((1, 2, 3, 4), 1, 2)
    [(1,), (2, 3), (4,)]
    """
    parts = []
    for n in counts:
        parts.append(z[:n])
        z = z[n:]
    return [*parts, z]
