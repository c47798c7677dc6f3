"""What the vocabulary means in C: one expression per function and kind of number.

A rule may read its operands {0}, {1} more than once: they are names or literals. {T} is the type,
{R} that of a real part, {f} the suffix of the library's functions; {inf}, {nan} and the largest
number {max} are constants.
Where NumPy and C differ (a maximum with NaN, the sign of a remainder, division by the integer 0),
the rule has NumPy's meaning.
"""

from __future__ import annotations

import math

#: Library functions with the same meaning, by vocabulary name.
SAME = {
    "sqrt": "sqrt", "cbrt": "cbrt", "exp": "exp", "exp2": "exp2", "expm1": "expm1", "log": "log",
    "log2": "log2", "log10": "log10", "log1p": "log1p", "sin": "sin", "cos": "cos", "tan": "tan",
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "sinh": "sinh", "cosh": "cosh",
    "tanh": "tanh", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh", "floor": "floor",
    "ceil": "ceil", "trunc": "trunc", "rint": "rint", "absolute": "fabs", "erf": "erf",
    "erfc": "erfc",
}  # fmt: skip
SAME_OF_TWO = {
    "float_power": "pow", "hypot": "hypot", "arctan2": "atan2", "copysign": "copysign",
    "fmod": "fmod", "nextafter": "nextafter",
}  # fmt: skip
COMPARE = {
    "less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=", "equal": "==",
    "not_equal": "!=",
}  # fmt: skip

LOGICAL = {
    "logical_and": "{0} & {1}", "logical_or": "{0} | {1}", "logical_xor": "{0} ^ {1}",
    "logical_not": "!{0}",
}  # fmt: skip

ARITHMETIC = {
    "add": "{0} + {1}", "subtract": "{0} - {1}", "multiply": "{0} * {1}", "negative": "-{0}",
    "positive": "{0}", "square": "{0} * {0}", "real": "{0}", "imag": "0 * {0}", "conj": "{0}",
}  # fmt: skip

REAL = {
    **{name: f"{c}{{f}}({{0}})" for name, c in SAME.items()},
    **{name: f"{c}{{f}}({{0}}, {{1}})" for name, c in SAME_OF_TWO.items()},
    **ARITHMETIC,
    "imag": "({T})0",
    "divide": "{0} / {1}",
    "reciprocal": "1 / {0}",
    "sign": "{0} != {0} ? {0} : ({T})(({0} > 0) - ({0} < 0))",
    "angle": "{0} != {0} ? {0} : "
    f"copysign{{f}}(({{T}})1, {{0}}) < 0 ? ({{T}}){math.pi!r} : ({{T}})0",
    "deg2rad": f"{{0}} * ({{T}}){math.pi / 180!r}",
    "rad2deg": f"{{0}} * ({{T}}){180 / math.pi!r}",
    "maximum": "{0} >= {1} || {0} != {0} ? {0} : {1}",
    "minimum": "{0} <= {1} || {0} != {0} ? {0} : {1}",
    "fmax": "{0} >= {1} || {1} != {1} ? {0} : {1}",
    "fmin": "{0} <= {1} || {1} != {1} ? {0} : {1}",
    "heaviside": "{0} != {0} ? {0} : {0} == 0 ? {1} : ({T})({0} > 0)",
    "nan_to_num": "{0} != {0} ? 0 : {0} == {inf} ? {max} : {0} == -{inf} ? -{max} : {0}",
    "sinc": "riesz_sinc{s}({0})",
    "remainder": "riesz_remainder{s}({0}, {1})",
    "floor_divide": "riesz_floor_divide{s}({0}, {1})",
    "logaddexp": f"{{0}} == {{1}} ? {{0}} + ({{T}}){math.log(2)!r} : "
    "({0} > {1} ? {0} : {1}) + log1p{f}(exp{f}(-fabs{f}({0} - {1})))",
    "logaddexp2": "{0} == {1} ? {0} + 1 : ({0} > {1} ? {0} : {1}) + "
    f"({{T}}){1 / math.log(2)!r} * log1p{{f}}(exp2{{f}}(-fabs{{f}}({{0}} - {{1}})))",
    # SciPy's
    "softplus": "({0} > 0 ? {0} : 0) + log1p{f}(exp{f}(-fabs{f}({0})))",
    "expit": "riesz_expit{s}({0})",
    "log_expit": "({0} < 0 ? {0} : ({T})-0.0) - log1p{f}(exp{f}(-fabs{f}({0})))",
    "logit": "riesz_logit{s}({0})",
    "xlogy": "{0} == 0 && {1} == {1} ? 0 : {0} * log{f}({1})",
    "xlog1py": "{0} == 0 && {1} == {1} ? 0 : {0} * log1p{f}({1})",
    "entr": "{0} < 0 ? -{inf} : {0} == 0 ? 0 : -{0} * log{f}({0})",
    "ndtr": f"({{T}})0.5 * erfc{{f}}({{0}} * ({{T}}){-math.sqrt(0.5)!r})",
    "cosm1": "riesz_cosm1{s}({0})",
    "exprel": "{0} == 0 ? 1 : {0} == {inf} ? {0} : expm1{f}({0}) / {0}",
    "gamma": "{0} == -{inf} || ({0} < 0 && {0} == floor{f}({0})) ? {nan} : tgamma{f}({0})",
    "gammaln": "{0} == -{inf} ? {0} : lgamma{f}({0})",
}

INTEGER = {
    **ARITHMETIC,
    **dict.fromkeys(("floor", "ceil", "trunc", "nan_to_num"), "{0}"),
    "imag": "({T})0",
    "absolute": "{0} < 0 ? -{0} : {0}",
    "sign": "({0} > 0) - ({0} < 0)",
    "maximum": "{0} > {1} ? {0} : {1}",
    "minimum": "{0} < {1} ? {0} : {1}",
    "fmax": "{0} > {1} ? {0} : {1}",
    "fmin": "{0} < {1} ? {0} : {1}",
    "remainder": "riesz_remainder_integer{s}({0}, {1})",
    "floor_divide": "riesz_floor_divide_integer{s}({0}, {1})",
    "fmod": "riesz_fmod_integer{s}({0}, {1})",
}

BOOLEAN = {
    **dict.fromkeys(("add", "maximum", "fmax"), "{0} | {1}"),
    **dict.fromkeys(("multiply", "minimum", "fmin"), "{0} & {1}"),
    **dict.fromkeys(("absolute", "real", "conj"), "{0}"),
    **dict.fromkeys(("floor", "ceil", "trunc"), "{0}"),
}

COMPLEX = {
    **ARITHMETIC,
    "conj": "conj{f}({0})",
    "real": "creal{f}({0})",
    "imag": "cimag{f}({0})",
    "absolute": "hypot{f}(creal{f}({0}), cimag{f}({0}))",
    "angle": "atan2{f}(cimag{f}({0}), creal{f}({0}))",
    "divide": "riesz_divide{s}({0}, {1})",
    "reciprocal": "riesz_reciprocal{s}({0})",
    "sign": "riesz_sign{s}({0})",
    "expm1": "riesz_expm1{s}({0})",
    "exp2": f"cexp{{f}}(({{R}}){math.log(2)!r} * {{0}})",
    "log2": "riesz_log2{s}({0})",
    "log10": "riesz_log10{s}({0})",
    "sinc": "riesz_sinc_complex{s}({0})",
    "xlogy": "{0} == ({T})0 && {1} == {1} ? ({T})0 : {0} * clog{f}({1})",
    "xlog1py": "{0} == ({T})0 && {1} == {1} ? ({T})0 : {0} * riesz_log1p{s}({1})",
    **{
        name: f"{c}{{f}}({{0}})"
        for name, c in {
            "sqrt": "csqrt", "exp": "cexp", "log": "clog", "sin": "csin", "cos": "ccos",
            "tan": "ctan", "sinh": "csinh", "cosh": "ccosh", "tanh": "ctanh", "arcsin": "casin",
            "arccos": "cacos", "arctan": "catan", "arcsinh": "casinh", "arccosh": "cacosh",
            "arctanh": "catanh",
        }.items()
    },
}  # fmt: skip

_COMPARISONS = {name: f"{{0}} {sign} {{1}}" for name, sign in COMPARE.items()}

#: Functions to a truth value, by kind of number.
REAL_TESTS = {
    **_COMPARISONS,
    "isnan": "{0} != {0}",
    "isinf": "fabs{f}({0}) == {inf}",
    "isfinite": "fabs{f}({0}) < {inf}",
    "signbit": "copysign{f}(({T})1, {0}) < 0",
}
INTEGER_TESTS = {
    **_COMPARISONS, "isnan": "0", "isinf": "0", "isfinite": "1", "signbit": "{0} < 0",
}  # fmt: skip
COMPLEX_TESTS = {
    "equal": "{0} == {1}",
    "not_equal": "{0} != {1}",
    "isnan": "{0} != {0}",
    "isinf": "fabs{f}(creal{f}({0})) == {inf} || fabs{f}(cimag{f}({0})) == {inf}",
    "isfinite": "fabs{f}(creal{f}({0})) < {inf} && fabs{f}(cimag{f}({0})) < {inf}",
}

RULES = {
    "f": REAL | REAL_TESTS,
    "c": COMPLEX | COMPLEX_TESTS,
    "i": INTEGER | INTEGER_TESTS,
    "u": INTEGER | INTEGER_TESTS,
    "b": BOOLEAN | INTEGER_TESTS,
}

#: Functions that need a statement or a name: parameters, body. Division by the integer 0 gives 0.
HELPERS = {
    "riesz_sinc": (
        "x",
        f"const {{T}} y = ({{T}}){math.pi!r} * (x == 0 ? ({{T}})1e-20 : x);return sin{{f}}(y) / y;",
    ),
    "riesz_sinc_complex": (
        "z",
        f"const {{R}} p = ({{R}}){math.pi!r};"
        "const int zero = creal{f}(z) == 0 && cimag{f}(z) == 0;"
        "const {T} y = {complex}(zero ? p * ({R})1e-20 : p * creal{f}(z), p * cimag{f}(z));"
        "return riesz_divide{s}(csin{f}(y), y);",
    ),
    **{
        f"riesz_log{base}": (
            "z",
            f"const {{T}} w = clog{{f}}(z); const {{R}} c = ({{R}}){1 / math.log(base)!r};"
            "return {complex}(c * creal{f}(w), c * cimag{f}(w));",
        )
        for base in (2, 10)
    },
    "riesz_expm1": (
        "z",
        "const {R} x = creal{f}(z), y = cimag{f}(z), s = sin{f}(y / 2);"
        "return {complex}(expm1{f}(x) * cos{f}(y) - 2 * s * s, exp{f}(x) * sin{f}(y));",
    ),
    "riesz_log1p": (
        "z",
        "const {R} x = creal{f}(z), y = cimag{f}(z);"
        "return {complex}(log1p{f}(x * (2 + x) + y * y) / 2, atan2{f}(y, 1 + x));",
    ),
    "riesz_cosm1": ("x", "const {T} y = sin{f}(x * ({T})0.5); return 0 - 2 * y * y;"),
    "riesz_expit": ("x", "const {T} e = exp{f}(-fabs{f}(x)); return (x < 0 ? e : 1) / (1 + e);"),
    "riesz_logit": (
        "x",
        "const {T} y = 2 * (x - ({T})0.5), near = log1p{f}(y) - log1p{f}(-y);"
        "return x < ({T})0.3 || x > ({T})0.65 ? log{f}(x / (1 - x)) : near;",
    ),
    "riesz_remainder": (
        "x, y",
        "const {T} r = fmod{f}(x, y);"
        "return y == 0 ? r : r == 0 ? copysign{f}(({T})0, y) : (r < 0) != (y < 0) ? r + y : r;",
    ),
    "riesz_floor_divide": (
        "x, y",
        "const {T} r = fmod{f}(x, y), d = (x - r) / y;"
        "const {T} q = r != 0 && (r < 0) != (y < 0) ? d - 1 : d, w = floor{f}(q);"
        "if (y == 0) return x / y;"
        "return q == 0 ? copysign{f}(({T})0, x / y) : q - w > ({T})0.5 ? w + 1 : w;",
    ),
    "riesz_remainder_integer": (
        "x, y",
        "const {T} r = y == 0 || (y < 0 && y + 1 == 0) ? 0 : x % y;"
        "return r != 0 && (r < 0) != (y < 0) ? r + y : r;",
    ),
    "riesz_floor_divide_integer": (
        "x, y",
        "if (y == 0) return 0;"
        "if (y < 0 && y + 1 == 0) return -x;"
        "return x / y - (x % y != 0 && (x < 0) != (y < 0));",
    ),
    "riesz_fmod_integer": ("x, y", "return y == 0 || (y < 0 && y + 1 == 0) ? 0 : x % y;"),
    # Smith's algorithm, as NumPy: no overflow on the way
    "riesz_divide": (
        "x, y",
        "const {R} a = creal{f}(x), b = cimag{f}(x), c = creal{f}(y), d = cimag{f}(y);"
        "const int wide = fabs{f}(c) >= fabs{f}(d), zero = c == 0 && d == 0;"
        "const {R} ratio = wide ? d / c : c / d;"
        "const {R} scale = 1 / (wide ? c + d * ratio : c * ratio + d);"
        "const {R} re = wide ? a + b * ratio : a * ratio + b;"
        "const {R} im = wide ? b - a * ratio : b * ratio - a;"
        "if (zero) return {complex}(a / fabs{f}(c), b / fabs{f}(c));"
        "return {complex}(re * scale, im * scale);",
    ),
    "riesz_reciprocal": (
        "x",
        "const {R} c = creal{f}(x), d = cimag{f}(x);"
        "const int wide = fabs{f}(d) <= fabs{f}(c);"
        "const {R} r = wide ? d / c : c / d, scale = wide ? c + d * r : c * r + d;"
        "return {complex}((wide ? 1 : r) / scale, (wide ? -r : -1) / scale);",
    ),
    "riesz_sign": (
        "x",
        "const {R} r = hypot{f}(creal{f}(x), cimag{f}(x));"
        "return r == 0 ? {complex}(({R})0, ({R})0) : {complex}(creal{f}(x) / r, cimag{f}(x) / r);",
    ),
}
