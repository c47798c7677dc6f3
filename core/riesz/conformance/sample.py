"""Samples: arguments at which an operator is checked, declared once for every dtype.

A sample function is given a `Draw` and yields `sample(*arguments, **static)`:

    @samples("sum")
    def sum_samples(draw):
        yield sample(draw(3, 4), axis=(0,), keepdims=False)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any

import numpy as np

from riesz.backend import Backend
from riesz.errors import InvalidValue

Samples = Callable[["Draw"], Iterator["Sample"]]
DECLARED: dict[str, Samples] = {}


@dataclass(frozen=True)
class Sample:
    """The arguments of one application of an operator.

    `domain` maps every floating argument before it is used: onto the Hermitian matrices, say, where
    an operator is differentiated among those only. `seen` maps the results (as arguments) to those
    that are functions of the arguments: not the phase of an eigenvector, but its projector.
    """

    x: tuple[Any, ...]
    static: dict[str, Any] = field(default_factory=dict)
    domain: Callable[..., Any] | None = None
    seen: Callable[..., tuple[Any, ...]] | None = None
    exceptions: Mapping[str, str] = field(default_factory=dict)

    def on_backend(self, backend: Backend) -> Sample:
        """The same sample, its arrays moved to a backend."""
        moved = (backend.asarray(v) if hasattr(v, "dtype") else v for v in self.x)
        return replace(self, x=tuple(moved))

    def on(self, domain: Callable[..., Any]) -> Sample:
        """The same sample on a smaller domain."""
        return replace(self, domain=domain)

    def seen_by(self, seen: Callable[..., tuple[Any, ...]]) -> Sample:
        """The same sample, of whose results only `seen` of them is checked."""
        return replace(self, seen=seen)

    def except_for(self, check: str, reason: str) -> Sample:
        """The same sample, where a check fails by what the operator means: an expected failure."""
        return replace(self, exceptions={**self.exceptions, check: reason})


def sample(*x: Any, **static: Any) -> Sample:
    """The application F(*x, **static).

    >>> sample(np.ones(3), axis=0).static
    {'axis': 0}
    """
    return Sample(x, static)


def samples(*operators: str) -> Callable[[Samples], Samples]:
    """Declare the decorated function to draw samples of these operators.

    >>> @samples("my_operator", "its_inverse")
    ... def vectors(draw):
    ...     yield sample(draw(4))
    ...     yield sample(draw.positive(2, 3))
    >>> [s.x[0].shape for s in vectors(Draw("float32"))]
    [(4,), (2, 3)]
    """

    def declare(function: Samples) -> Samples:
        DECLARED.update(dict.fromkeys(operators, function))
        return function

    return declare


@dataclass(frozen=True)
class DeferredSamples:
    """The samples of one operator, declared in a module that is imported when they are drawn."""

    operator: str
    module: str

    def __call__(self, draw: Draw) -> Iterator[Sample]:
        """The samples; raises InvalidValue where the module declares none."""
        import_module(self.module)
        if self.operator not in DECLARED:
            raise InvalidValue(
                f"{self.operator} has no samples: {self.module} declares none for it. Declare them "
                f'there with @samples("{self.operator}").'
            )
        return DECLARED[self.operator](draw)


class Draw:
    """Draws NumPy arrays of one dtype from one seeded generator."""

    def __init__(self, dtype: Any, seed: int = 0) -> None:
        """`dtype`: real or complex floating."""
        self.dtype, self.rng = np.dtype(dtype), np.random.default_rng(seed)

    @property
    def complex(self) -> bool:
        """Whether complex arrays are drawn."""
        return bool(self.dtype.kind == "c")

    def __call__(self, *shape: int) -> np.ndarray:
        """Standard normal entries."""
        return self._cast(self.rng.standard_normal(shape), self.rng.standard_normal(shape))

    def between(self, low: float, high: float, *shape: int) -> np.ndarray:
        """Real parts between low and high; imaginary parts, if any, within 0.3 of 0."""
        imaginary = 0.3 * (2 * self.rng.random(shape) - 1)
        return self._cast(low + (high - low) * self.rng.random(shape), imaginary)

    def positive(self, *shape: int) -> np.ndarray:
        """Real parts between 0.5 and 2."""
        return self.between(0.5, 2.0, *shape)

    def distinct(self, *shape: int) -> np.ndarray:
        """Real entries at least 0.1 apart, so that no two tie, in random order."""
        n = int(np.prod(shape))
        spread = self.rng.permutation(n) * 0.3 + 0.1 * self.rng.random(n) - 0.15 * n
        return self._cast(spread.reshape(shape), np.zeros(shape))

    def definite(self, n: int, *batch: int) -> np.ndarray:
        """Hermitian positive definite matrices, well conditioned."""
        A = self(*batch, n, n)
        return np.asarray(A @ A.conj().swapaxes(-1, -2) / n + np.eye(n)).astype(self.dtype)

    def regular(self, n: int, *batch: int) -> np.ndarray:
        """Invertible matrices, well conditioned."""
        return (self(*batch, n, n) / n + 2 * np.eye(n)).astype(self.dtype)

    def integers(self, low: int, high: int, *shape: int) -> np.ndarray:
        """Integers low <= k < high."""
        return self.rng.integers(low, high, shape)

    def mask(self, *shape: int) -> np.ndarray:
        """Booleans, about half of them true."""
        return self.rng.random(shape) < 0.5

    def _cast(self, real: np.ndarray, imaginary: np.ndarray) -> np.ndarray:
        values = real + 1j * imaginary if self.complex else real
        return np.asarray(values).astype(self.dtype)
