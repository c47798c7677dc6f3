"""What happens to one pair of points, printed for a profile and numbers of coordinates.

It is printed once for every language of the C family; a `Dialect` says what differs. `source` puts
it into the loops of C, `tiles` into those of CUDA.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from typing import Any

import numpy as np

from riesz_kernels.profile import profile

SINGLE, DOUBLE = np.dtype(np.float32), np.dtype(np.float64)
LARGEST = 64  # numbers read and summed per pair: beyond it matrix products of tiles are faster


@dataclass(frozen=True)
class Form:
    """Which reduction: everything the text depends on. `single`: in single precision."""

    kernel: str
    order: int
    d: int
    channels: int
    contract: int
    emit: int
    log: bool
    single: bool

    @property
    def depth(self) -> int:
        """The numbers that b_j has."""
        return int(self.d**self.contract) * self.channels

    @property
    def width(self) -> int:
        """The numbers that out_i has."""
        return int(self.d**self.emit) * self.channels

    @property
    def dtype(self) -> np.dtype[Any]:
        """That of the result."""
        return SINGLE if self.single else DOUBLE

    @property
    def fits(self) -> bool:
        """Whether there is something to write down, and not too much."""
        return self.d > 0 and self.channels > 0 and self.d + self.width + self.depth <= LARGEST


def form_of(
    x: Any, y: Any, b: Any, *log: Any, kernel: str, order: int = 0, contract: int = 0, emit: int = 0
) -> Form | None:
    """The form of a reduction of arrays; None where it is left to `blocked`."""
    dtype = np.result_type(*(v.dtype for v in (x, y, b, *log)))
    channels, single = b.shape[-1], dtype == SINGLE
    form = Form(kernel, order, x.shape[1], channels, contract, emit, bool(log), single)
    return form if form.fits and dtype in (SINGLE, DOUBLE) else None


@dataclass(frozen=True)
class Dialect:
    """How a language names what it has of a pair; `{f}` is f in single precision."""

    left: str  # number k of the `width` that x_i, alpha_i or out_i has
    right: str  # number k of those that y_j, b_j or beta_j has
    sqrt: str
    fma: str
    exp: str  # of what is not positive
    exp_any: str


C = Dialect(
    left="{name}[{width} * i + {k}]",
    right="{name}[{k} * M + j]",
    sqrt="__builtin_sqrt{f}",
    fma="riesz_fma{f}",
    exp="riesz_kernels_exp{f}",
    exp_any="riesz_kernels_exp_any{f}",
)
CUDA = Dialect(
    left="{name}[{k}]", right="{name}[{k}]", sqrt="sqrt{f}", fma="fma{f}", exp="exp{f}",
    exp_any="exp{f}",
)  # fmt: skip


class Text:
    """An expression in C; `+` and `*` write it down."""

    def __init__(self, text: str, suffix: str) -> None:
        """`suffix` makes a literal of the right precision."""
        self.text, self.suffix = text, suffix

    def __add__(self, other: Any) -> Text:
        return Text(f"({self.text} + {self.operand(other)})", self.suffix)

    def __mul__(self, other: Any) -> Text:
        return Text(f"({self.text} * {self.operand(other)})", self.suffix)

    __radd__, __rmul__ = __add__, __mul__

    def operand(self, other: Any) -> str:
        """A number as a literal."""
        return other.text if isinstance(other, Text) else f"{other!r}{self.suffix}"


class Pair:
    """Statements for one pair of points, its numbers in variables."""

    def __init__(self, form: Form, dialect: Dialect) -> None:
        """`T` and `suffix`: the type and the ending of its literals and functions."""
        self.form, self.dialect, self.suffix = form, dialect, "f" if form.single else ""
        self.T = "float" if form.single else "double"
        self.coordinates = range(form.d)

    def call(self, function: str, *operands: str) -> str:
        """A function of the dialect."""
        name = getattr(self.dialect, function).format(f=self.suffix)
        return f"{name}({', '.join(operands)})"

    def left(self, name: str, k: int, width: int) -> str:
        """Number k of what belongs to x_i."""
        return self.dialect.left.format(name=name, width=width, k=k)

    def right(self, name: str, k: int = 0) -> str:
        """Number k of what belongs to y_j."""
        return self.dialect.right.format(name=name, k=k)

    def sqrt(self, t: Text) -> Text:
        """The name w, to be declared by `weight`."""
        self.root = self.call("sqrt", t.text)
        return Text("w", self.suffix)

    def inverse(self, w: Text) -> Text:
        """1/w, and 0 where w is 0."""
        self.inverted = w.text
        return Text("v", self.suffix)

    def point(self) -> Iterator[str]:
        """The coordinates of x_i, and alpha_i."""
        for k in self.coordinates:
            yield f"const {self.T} x{k} = {self.left('x', k, self.form.d)};"
        if self.form.log:
            yield f"const {self.T} a = {self.left('alpha', 0, 1)};"

    def differences(self) -> Iterator[str]:
        """D and t."""
        for k in self.coordinates:
            yield f"const {self.T} d{k} = x{k} - {self.right('y', k)};"
        squares = "d0 * d0"
        for k in self.coordinates[1:]:
            squares = self.call("fma", f"d{k}", f"d{k}", squares)
        yield f"const {self.T} t = {squares};"

    def parts(self) -> tuple[list[str], str | None, Any]:
        """Statements, then the exponent of phi as an expression and its factor or a number."""
        self.root = self.inverted = ""
        phi = profile(self.form.kernel, self.form.order)
        exponent, factor = phi.parts(self, Text("t", self.suffix))
        lines = [f"const {self.T} w = {self.root};"] if self.root else []
        if self.inverted:
            zero, one = f"0.0{self.suffix}", f"1.0{self.suffix}"
            w = self.inverted
            lines.append(f"const {self.T} v = {w} == {zero} ? {zero} : {one} / {w};")
        printed = exponent.text if isinstance(exponent, Text) else None
        return lines, printed, factor

    def weight(self) -> tuple[list[str], str]:
        """Statements that compute phi(t) exp(alpha_i + beta_j) as q, and a constant factor of q."""
        lines, exponent, factor = self.parts()
        factors = [factor.text] if isinstance(factor, Text) else []
        if self.form.log:
            terms = [exponent] if exponent else []
            any_exponent = " + ".join([*terms, f"a + {self.right('beta')}"])
            factors.append(self.call("exp_any", any_exponent))
        elif exponent:
            factors.append(self.call("exp", exponent))
        constant = 1.0 if isinstance(factor, Text) else factor
        q = " * ".join(factors) or self.literal(1.0)
        return [*lines, f"const {self.T} q = {q};"], self.literal(constant)

    def exponent(self) -> tuple[list[str], str, str]:
        """Statements, then z and s where phi(t) exp(b_j) = s exp(z)."""
        lines, exponent, factor = self.parts()
        b = self.right("b")
        return lines, f"{exponent} + {b}" if exponent else b, self.literal(factor)

    def literal(self, number: Any) -> str:
        """A number or an expression as text."""
        return Text("", self.suffix).operand(number)

    def sums(self) -> Iterator[str]:
        """One more term of every sum; those of equal products of coordinates are one."""
        form, emitted = self.form, self.emitted()
        for c in range(form.channels):
            products = list(product(self.coordinates, repeat=form.contract))
            terms = [
                " * ".join([self.right("b", k * form.channels + c), *(f"d{f}" for f in axes)])
                for k, axes in enumerate(products)
            ]
            yield f"const {self.T} q{c} = q * ({' + '.join(terms)});"
            for axes in emitted:
                factor = " * ".join(f"d{k}" for k in axes) or f"1.0{self.suffix}"
                name = sum_name(axes, c)
                yield f"{name} = {self.call('fma', f'q{c}', factor, name)};"

    def emitted(self) -> list[tuple[int, ...]]:
        """The products of coordinates that are summed."""
        return list(combinations_with_replacement(self.coordinates, self.form.emit))

    def names(self) -> list[str]:
        """The sums."""
        return [sum_name(axes, c) for c in range(self.form.channels) for axes in self.emitted()]

    def results(self, constant: str) -> Iterator[str]:
        """What is stored: the sums, of equal products of coordinates the same."""
        axes = product(self.coordinates, repeat=self.form.emit)
        for r, at in enumerate(product(axes, range(self.form.channels))):
            yield f"{self.left('out', r, self.form.width)} = {constant} * {sum_name(*at)};"


def sum_name(axes: tuple[int, ...], channel: int) -> str:
    """The variable of a sum: one for all orders of the axes."""
    return f"s{channel}" + "".join(f"_{k}" for k in sorted(axes))
