"""Prints expressions as statements of a C-family language, with NumPy's meaning.

Every expression becomes one constant, `const double v3 = v1 * x0;`, typed by its dtype, so operands
are names or literals. What differs between C and its relatives is a `dialect`; what the vocabulary
means is in `c_rules`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riesz.errors import UnsupportedOperator

from .c_rules import HELPERS, LOGICAL, RULES
from .dialect import C99, CUDA, Dialect, special_text
from .expression import Expression, Operand, topological
from .vocabulary import COMPARISONS

__all__ = ["C99", "CUDA", "Call", "Dialect", "Writer", "real_part", "suffix"]

DType = Any  # np.dtype
BOOL = np.dtype(bool)
CALL = re.compile(r"\b([a-z]\w*)\{f\}\(")
HELPER = re.compile(r"\b(riesz_\w+)\{s\}\(")
TWO_ARGUMENTS = frozenset("pow cpow hypot atan2 fmod nextafter copysign".split())
REAL_PARTS = {"complex64": np.dtype("float32"), "complex128": np.dtype("float64")}
LARGEST_PRODUCT = 16  # integer powers up to this one are products


@dataclass(frozen=True, order=True)
class Call:
    """A function of the mathematical library that a text calls."""

    name: str  # without the suffix of its dtype
    dtype: str
    arity: int

    @property
    def symbol(self) -> str:
        """Its name in the library."""
        return self.name + suffix(np.dtype(self.dtype))


class Writer:
    """Collects the statements that compute expressions, and what they call."""

    def __init__(self, dialect: Dialect, dtypes: Mapping[Expression, DType]) -> None:
        """`dtypes`: that of every expression to be written."""
        self.dialect, self.dtypes = dialect, dtypes
        self.names: dict[Expression, str] = {}  # the caller enters those of arguments
        self.lines: list[str] = []
        self.calls: set[Call] = set()
        self.helpers: dict[str, str] = {}  # definitions, in an order that compiles

    def write(self, *roots: Operand) -> None:
        """Append the statements that compute `roots`."""
        for node in topological(roots, self.names):
            self.names[node] = self._constant(self._expression(node), self.dtypes[node])

    def operand(self, x: Operand, dtype: DType) -> str:
        """A written expression or a number, converted to `dtype`."""
        if isinstance(x, Expression):
            return self.cast(self.names[x], self.dtypes[x], dtype)
        return self.literal(x, dtype)

    def cast(self, text: str, source: DType, target: DType) -> str:
        """`text` as another dtype; a real number becomes a complex one with imaginary part +0."""
        self.dialect.type(source)
        type_ = self.dialect.type(target)
        if source == target:
            return text
        if target == BOOL:
            return f"({text} != 0)"
        if target.kind == "c" and source.kind != "c":
            part = real_part(target)
            return self._complex(self.cast(text, source, part), self.literal(0, part))
        return f"(({type_}){text})"

    def literal(self, x: Any, dtype: DType) -> str:
        """A number as a literal of `dtype`; `UnsupportedOperator` if it is not one of these."""
        x = x.item() if hasattr(x, "item") else x
        if dtype.kind == "c":
            z, part = complex(x), real_part(dtype)
            return self._complex(self.literal(z.real, part), self.literal(z.imag, part))
        if isinstance(x, complex):
            raise UnsupportedOperator(f"{x!r} is no number of the dtype {dtype}.")
        return self._float(x, dtype) if dtype.kind == "f" else self._integer(x, dtype)

    def _float(self, x: Any, dtype: DType) -> str:
        with np.errstate(over="ignore"):
            x, f = float(dtype.type(x)), suffix(dtype)
        if math.isnan(x):
            return self.dialect.nan.format(f=f)
        text = self.dialect.infinity.format(f=f) if math.isinf(x) else repr(abs(x)) + f
        return f"(-{text})" if math.copysign(1, x) < 0 else text

    def _integer(self, x: Any, dtype: DType) -> str:
        if dtype == BOOL:
            return str(int(bool(x)))
        info = np.iinfo(dtype)
        if not info.min <= x <= info.max or x != int(x):
            raise UnsupportedOperator(f"{x!r} is no number of the dtype {dtype}.")
        text = f"{int(x)}LL" if x > -(2**63) else f"({int(x) + 1}LL - 1)"
        text = text if x < 2**63 else f"{int(x)}ULL"
        return f"(({self.dialect.type(dtype)}){text})"

    def _complex(self, real: str, imaginary: str) -> str:
        return f"{self.dialect.complex}({real}, {imaginary})"

    def _constant(self, text: str, dtype: DType) -> str:
        name = f"v{len(self.lines)}"
        self.lines.append(f"const {self.dialect.type(dtype)} {name} = {text};")
        return name

    # --- one expression --------------------------------------------------------------------------

    def _expression(self, node: Expression) -> str:
        name, args, dtype = node.name, node.args, self.dtypes[node]
        if name == "astype":
            return self.operand(args[0], dtype)
        if name == "where":
            c, x, y = args
            return f"{self.operand(c, BOOL)} ? {self.operand(x, dtype)} : {self.operand(y, dtype)}"
        if name in LOGICAL:
            return LOGICAL[name].format(*(self.operand(x, BOOL) for x in args))
        if name == "power":
            return self._power(args[0], args[1], dtype)
        return self._function(name, args, self._working_dtype(name, args, dtype))

    def _working_dtype(self, name: str, args: tuple[Operand, ...], dtype: DType) -> DType:
        """The dtype in which a function is computed: its result's, unless that is another kind."""
        if name not in COMPARISONS and name not in ("absolute", "real", "imag", "angle"):
            return dtype
        given = [self.dtypes[x] if isinstance(x, Expression) else x for x in args]
        common = np.result_type(*given)
        return dtype if name == "angle" and common.kind in "biu" else common

    def _function(self, name: str, args: tuple[Operand, ...], dtype: DType) -> str:
        if name in self.dialect.special.get(dtype.kind, {}):
            return self._special(name, args, dtype)
        rule = RULES.get(dtype.kind, {}).get(name)
        if rule is None:
            raise UnsupportedOperator(f"{self.dialect.name} has no {name} of {dtype}.")
        return self._fill(rule, dtype, *(self.operand(x, dtype) for x in args))

    def _special(self, name: str, args: tuple[Operand, ...], dtype: DType) -> str:
        """A function that the dialect has in a file of its own, in double precision."""
        for part in ("complex", self.dialect.special[dtype.kind][name]):
            self.helpers.setdefault(part, special_text(part))
        wide = np.dtype(complex if dtype.kind == "c" else float)
        operands = (self.cast(self.operand(x, dtype), dtype, wide) for x in args)
        return self.cast(f"riesz_{name}({', '.join(operands)})", wide, dtype)

    def _fill(self, rule: str, dtype: DType, *operands: str) -> str:
        """A rule with its operands in it; what it calls is remembered."""
        for name in HELPER.findall(rule):
            self._define(name, dtype)
        text = CALL.sub(lambda match: self._call(match[1], dtype) + "(", rule)
        f = suffix(dtype)
        return text.format(
            *operands,
            f=f,
            s=f"_{dtype.name}",
            T=self.dialect.type(dtype),
            R=self.dialect.type(real_part(dtype)),
            inf=self.dialect.infinity.format(f=f),
            nan=self.dialect.nan.format(f=f),
            max=repr(float(np.finfo(real_part(dtype)).max)) + f if dtype.kind in "fc" else "",
            complex=self.dialect.complex,
        )

    def _call(self, name: str, dtype: DType) -> str:
        if name in self.dialect.inline:
            return self.dialect.inline[name].format(f=suffix(dtype))
        owner = dtype if name in COMPLEX_FUNCTIONS else real_part(dtype)
        call = Call(name, owner.name, 2 if name in TWO_ARGUMENTS else 1)
        self.calls.add(call)
        return call.symbol

    def _define(self, name: str, dtype: DType) -> None:
        key, type_ = f"{name}_{dtype.name}", self.dialect.type(dtype)
        if key not in self.helpers:
            parameters, body = HELPERS[name]
            taken = ", ".join(f"{type_} {x}" for x in parameters.split(", "))
            body = self._fill(body, dtype)
            self.helpers[key] = f"{self.dialect.helper} {type_} {key}({taken}) {{ {body} }}"

    # --- powers ----------------------------------------------------------------------------------

    def _power(self, x: Operand, p: Operand, dtype: DType) -> str:
        """x^p: a product for a small integer p; as `**`, the square root for p = 0.5."""
        if not isinstance(p, Expression) and not isinstance(p, complex) and dtype.kind != "b":
            if p == 0.5 and dtype.kind in "fc":
                return self._function("sqrt", (x,), dtype)
            lowest = -LARGEST_PRODUCT if dtype.kind in "fc" else 0
            if p == p and lowest <= p <= LARGEST_PRODUCT and p == int(p):
                return self._product(x, int(p), dtype)
        if dtype.kind not in "fc":
            raise UnsupportedOperator(f"{self.dialect.name} has no power of {dtype}.")
        rule = "pow{f}({0}, {1})" if dtype.kind == "f" else "cpow{f}({0}, {1})"
        return self._fill(rule, dtype, self.operand(x, dtype), self.operand(p, dtype))

    def _product(self, x: Operand, n: int, dtype: DType) -> str:
        """x^n by squaring."""
        if n == 0:
            return self.literal(1, dtype)
        square, product = self.operand(x, dtype), ""
        if n < 0:
            square = self._constant(
                self._fill(RULES[dtype.kind]["reciprocal"], dtype, square), dtype
            )
        n = abs(n)
        while True:
            if n & 1:
                product = self._constant(f"{product} * {square}", dtype) if product else square
            n >>= 1
            if not n:
                return product
            square = self._constant(f"{square} * {square}", dtype)


COMPLEX_FUNCTIONS = frozenset(
    name for rule in RULES["c"].values() for name in CALL.findall(rule) if name[0] == "c"
) - {"copysign", "creal", "cimag", "conj"} | {"cpow"}


def suffix(dtype: DType) -> str:
    """What the library appends to the names of single precision functions."""
    return "f" if dtype.name in ("float32", "complex64") else ""


def real_part(dtype: DType) -> DType:
    """The dtype of the real part."""
    return REAL_PARTS.get(dtype.name, dtype)
