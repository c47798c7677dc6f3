"""Prints expressions as statements of a C-family language, with NumPy's meaning.

Every expression becomes one constant, `const double v3 = v1 * x0;`, typed by its dtype, so operands
are names or literals and a rule may read them as often as it likes. What differs between C and its
relatives is a `Dialect`; the meaning of the vocabulary is in `c_rules`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..errors import UnsupportedOperator
from .c_rules import BOOLEAN, COMPLEX, HELPERS, INTEGER, LOGICAL, REAL, TESTS
from .expression import Expression, Operand, topological
from .vocabulary import COMPARISONS

DType = Any  # np.dtype
BOOL = np.dtype(bool)
CALL = re.compile(r"(\w+)\{f\}\(")
HELPER = re.compile(r"riesz_\w+(?=\{s\}\()")
MULTIPLIED = 16  # integer powers up to this one are products


@dataclass(frozen=True)
class Dialect:
    """What a C-family language calls its types, constants and functions."""

    name: str
    types: Mapping[str, str]  # by the name of a dtype
    infinity: str
    nan: str
    complex_number: str  # of real and imaginary part
    inline: Mapping[str, str] = field(default_factory=dict)  # library name -> a spelling of its own

    def type(self, dtype: DType) -> str:
        """The type that holds a dtype; `UnsupportedOperator` if there is none."""
        if not dtype.isnative or dtype.name not in self.types:
            raise UnsupportedOperator(f"{self.name} has no type for the dtype {dtype}.")
        return self.types[dtype.name]

    def function(self, name: str, suffix: str) -> str:
        """The spelling of a function of the mathematical library."""
        return self.inline.get(name, name) + suffix


C99 = Dialect(
    "C",
    {
        "bool": "_Bool", "int8": "int8_t", "int16": "int16_t", "int32": "int32_t",
        "int64": "int64_t", "uint8": "uint8_t", "uint16": "uint16_t", "uint32": "uint32_t",
        "float32": "float", "float64": "double",
        "complex64": "float _Complex", "complex128": "double _Complex",
    },
    infinity="__builtin_inf{f}()",
    nan='__builtin_nan{f}("")',
    complex_number="__builtin_complex({re}, {im})",
    inline={
        name: f"__builtin_{name}"
        for name in "fabs sqrt floor ceil trunc rint copysign creal cimag conj".split()
    },
)  # fmt: skip


@dataclass(frozen=True, order=True)
class Call:
    """A function of the mathematical library that a text calls: its prototype can be declared."""

    name: str
    dtype: str
    arity: int


class Writer:
    """Collects the statements that compute expressions, and what they call."""

    def __init__(self, dialect: Dialect, dtypes: Mapping[Expression, DType]) -> None:
        """`dtypes`: that of every expression to be written."""
        self.dialect, self.dtypes = dialect, dtypes
        self.names: dict[Expression, str] = {}
        self.lines: list[str] = []
        self.calls: set[Call] = set()
        self.helpers: dict[str, str] = {}  # definitions, by name

    def write(self, *roots: Operand) -> None:
        """Append the statements that compute `roots`; arguments must be in `names`."""
        for node in topological(roots, self.names):
            text = self._expression(node)
            name = self.names[node] = f"v{len(self.names)}"
            self.lines.append(f"const {self.dialect.type(self.dtypes[node])} {name} = {text};")

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
            part = self.cast(text, source, _part(target))
            return self.dialect.complex_number.format(re=part, im=self.literal(0, _part(target)))
        if source.kind == "c" and target.kind != "c":
            text = f"{self.dialect.function('creal', _suffix(source))}({text})"
        return f"(({type_}){text})"

    def literal(self, x: Any, dtype: DType) -> str:
        """A number as a literal of `dtype`, which is exact in it."""
        if isinstance(x, np.generic | np.ndarray):
            x = x.item()
        if dtype.kind == "c":
            x, part = complex(x), _part(dtype)
            re_, im = self.literal(x.real, part), self.literal(x.imag, part)
            return self.dialect.complex_number.format(re=re_, im=im)
        if isinstance(x, complex) and not isinstance(x, int | float):
            raise UnsupportedOperator(f"{x!r} is no number of the dtype {dtype}.")
        return self._float(float(x), dtype) if dtype.kind == "f" else self._integer(x, dtype)

    def _float(self, x: float, dtype: DType) -> str:
        with np.errstate(over="ignore"):
            x, f = float(dtype.type(x)), _suffix(dtype)
        if math.isnan(x):
            return self.dialect.nan.format(f=f)
        text = self.dialect.infinity.format(f=f) if math.isinf(x) else repr(abs(x)) + f
        return f"(-{text})" if math.copysign(1, x) < 0 else text

    def _integer(self, x: Any, dtype: DType) -> str:
        if dtype == BOOL:
            return str(int(bool(x)))
        info = np.iinfo(dtype)
        if x != int(x) or not info.min < x <= info.max:
            raise UnsupportedOperator(f"{x!r} is no number of the dtype {dtype}.")
        return f"(({self.dialect.type(dtype)}){int(x)}LL)"

    # --- rules -----------------------------------------------------------------------------------

    def _expression(self, node: Expression) -> str:
        name, dtype = node.name, self.dtypes[node]
        if name == "arg":
            raise UnsupportedOperator(f"argument {node.args[0]} is not loaded.")
        if name == "astype":
            return self.operand(node.args[0], dtype)
        if name == "where":
            c, x, y = node.args
            return f"{self.operand(c, BOOL)} ? {self.operand(x, dtype)} : {self.operand(y, dtype)}"
        if name in LOGICAL:
            return LOGICAL[name].format(*(self.operand(x, BOOL) for x in node.args))
        if name == "power":
            return self._power(*node.args, dtype)
        return self._rule(name, node.args, self._working(name, node.args, dtype), dtype)

    def _working(self, name: str, args: tuple[Operand, ...], dtype: DType) -> DType:
        """The dtype in which a function is computed, where it is not that of its result."""
        if name in COMPARISONS or name in ("absolute", "real", "imag", "angle"):
            given = [self.dtypes[x] if isinstance(x, Expression) else x for x in args]
            given = np.result_type(*given)
            return dtype if name == "angle" and given.kind in "biu" else given
        return dtype

    def _rule(
        self, name: str, args: tuple[Operand, ...], working: DType, result: DType
    ) -> str:
        kind = working.kind
        table = COMPLEX if kind == "c" else REAL if kind == "f" else INTEGER
        table = BOOLEAN if kind == "b" and name not in TESTS else table
        rule = TESTS.get((name, kind == "c")) or table.get(name)
        if rule is None:
            raise UnsupportedOperator(f"{self.dialect.name} has no {name} of {working.name}.")
        text = self._fill(rule, working, *(self.operand(x, working) for x in args))
        made = _part(working) if kind == "c" and result.kind == "f" else working
        return text if result in (BOOL, made) else self.cast(f"({text})", made, result)

    def _fill(self, rule: str, dtype: DType, *operands: str) -> str:
        """A rule with its operands; what it calls is remembered."""
        f = _suffix(dtype) if dtype.kind in "fc" else ""
        for called in HELPER.findall(rule):
            self._define(called, dtype)
        words = {"f": f, "s": "_" + dtype.name, "T": self.dialect.type(dtype), "I": f"{{I{f}}}"}
        words |= {"C": dtype.name} if dtype.kind != "c" else {"R": self.dialect.type(_part(dtype))}
        text = CALL.sub(lambda match: self._call(match[1], dtype, rule) + "(", rule)
        inf, nan = self.dialect.infinity.format(f=f), self.dialect.nan.format(f=f)
        words |= {"inf": inf, "nan": nan}
        if dtype.kind in "iu":
            words["U"] = self.dialect.type(np.dtype(f"u{dtype.name.removeprefix('u')}"))
        return text.format(*operands, **words)

    def _call(self, name: str, dtype: DType, rule: str) -> str:
        real = dtype.name if dtype.kind == "f" else _part(dtype).name
        is_complex = dtype.kind == "c" and name not in ("hypot", "atan2")
        arity = 2 if name in TWO_ARGUMENTS else 1
        if name not in self.dialect.inline:
            self.calls.add(Call(name, dtype.name if is_complex else real, arity))
        return self.dialect.function(name, _suffix(dtype))

    def _define(self, name: str, dtype: DType) -> None:
        key = f"{name}_{dtype.name}"
        if key not in self.helpers:
            self.helpers[key] = ""  # a helper may call itself by another dtype only
            self.helpers[key] = self._fill(HELPERS[name], dtype)

    def _power(self, x: Operand, p: Operand, dtype: DType) -> str:
        if not isinstance(p, Expression) and dtype.kind != "b":
            if dtype.kind in "fc" and p in (0.5, -0.5) and isinstance(p, float):
                root = "sqrt" if dtype.kind == "f" else "csqrt"
                # The array's own ** takes the square root, which differs at -inf and -0.
                return self._fill(f"{root}{{f}}({{0}})" if p > 0 else "", dtype,
                                  self.operand(x, dtype)) if p > 0 else self._library_power(x, p, dtype)
            if p == int(p) and abs(p) <= MULTIPLIED and (p >= 0 or dtype.kind in "fc"):
                return self._product(x, int(p), dtype)
        return self._library_power(x, p, dtype)

    def _library_power(self, x: Operand, p: Operand, dtype: DType) -> str:
        if dtype.kind not in "fc":
            raise UnsupportedOperator(f"{self.dialect.name} has no power of {dtype.name}.")
        rule = "pow{f}({0}, {1})" if dtype.kind == "f" else "cpow{f}({0}, {1})"
        return self._fill(rule, dtype, self.operand(x, dtype), self.operand(p, dtype))

    def _product(self, x: Operand, n: int, dtype: DType) -> str:
        """x^n by squaring: the statements for the squares, then the product of those needed."""
        if n == 0:
            return self.literal(1, dtype)
        square = self.operand(x, dtype)
        if n < 0:
            square = self._constant(self._fill(
                (COMPLEX if dtype.kind == "c" else REAL)["reciprocal"], dtype, square), dtype)
        product, n = "", abs(n)
        while n:
            if n & 1:
                product = f"({product} * {square})" if product else square
            n >>= 1
            square = self._constant(f"{square} * {square}", dtype) if n else square
        return product if dtype.kind in "fc" else f"({self.dialect.type(dtype)})({product})"

    def _constant(self, text: str, dtype: DType) -> str:
        name = f"w{len(self.lines)}"
        self.lines.append(f"const {self.dialect.type(dtype)} {name} = {text};")
        return name


TWO_ARGUMENTS = frozenset("pow cpow hypot atan2 fmod nextafter".split())


def _suffix(dtype: DType) -> str:
    return "f" if dtype.name in ("float32", "complex64") else ""


def _part(dtype: DType) -> DType:
    """The dtype of the real part."""
    return np.dtype({"complex64": "float32", "complex128": "float64"}.get(dtype.name, dtype))
