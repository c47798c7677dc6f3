"""Write docs/operators.md from the registry.

python docs/generate_operators.py            write the page
python docs/generate_operators.py --check    exit 1 if it is not up to date
python docs/generate_operators.py --count    print how many names are differentiated
python docs/generate_operators.py --names    print which
"""

from __future__ import annotations

import importlib
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

from formula_text import adjoint_of_formula

from riesz.front.implements import public_name
from riesz.protocol import Operator
from riesz.registry import registry

PAGE = Path(__file__).with_name("operators.md")
SCIPY = ("linalg", "fft", "special", "signal")

#: NumPy functions that traced values may be given, and that have no derivative.
CONSTANT = set(
    "all allclose any argmax argmin argpartition argsort argwhere around array_equal array_equiv "
    "bitwise_and bitwise_or bitwise_xor can_cast ceil common_type count_nonzero diag_indices_from "
    "digitize empty_like equal fix flatnonzero floor floor_divide greater greater_equal heaviside "
    "histogram_bin_edges intersect1d invert isclose iscomplex iscomplexobj isfinite isin isinf "
    "isnan isneginf isposinf isreal isrealobj ix_ less less_equal lexsort linalg.matrix_rank "
    "logical_and logical_not logical_or logical_xor may_share_memory min_scalar_type nanargmax "
    "nanargmin ndim nonzero not_equal ones_like ravel_multi_index result_type rint round "
    "searchsorted setdiff1d shape shares_memory signbit size tril_indices_from "
    "triu_indices_from trunc unravel_index zeros_like".split()
)

#: dF(x)'a of operators that are no formulas; y is the result, H the conjugate transpose.
ADJOINTS = {
    "adjugate": "tr(yᴴa) x⁻ᴴ − x⁻ᴴ a yᴴ",
    "cholesky": "the Hermitian part of L⁻ᴴ Φ(Lᴴa) L⁻¹, Φ the lower triangle with half the diagonal",
    "convolve": "correlation of a with the other factor",
    "cross": "conj(y) × a; a × conj(x)",
    "cumprod": "products before, times the recurrence t_k = a_k + conj(x_(k+1)) t_(k+1)",
    "cumsum": "running sums from the other end",
    "det": "a adj(x)ᴴ",
    "eig": "V⁻ᴴ (diag(a_w) + conj(F) ∘ (Vᴴ a_v⊥)) Vᴴ, F_ij = 1 / (w_j − w_i)",
    "eigh": "the Hermitian part of V (diag(a_w) + F ∘ (Vᴴ a_v)) Vᴴ, F_ij = 1 / (w_j − w_i)",
    "einsum": "the Einstein sum of a and the conjugates of the other factors",
    "expm": "L(xᴴ, a), the Fréchet derivative",
    "inv": "−yᴴ a yᴴ",
    "log_softmax": "a − exp(y) Σa",
    "logsumexp": "a conj(exp(x − y))",
    "matmul": "a yᴴ; xᴴ a",
    "max": "a where x attains y, shared equally",
    "min": "a where x attains y, shared equally",
    "nanmax": "a where x attains y, shared equally",
    "nanmin": "a where x attains y, shared equally",
    "p_norm": "a x |x|^(p−2) / y^(p−1)",
    "pinv": "the formula of Golub and Pereyra, at constant rank",
    "prod": "a times the conjugate of the product of the others",
    "qr": "(a_q + Q sym(R a_rᴴ − a_qᴴ Q)) R⁻ᴴ, sym by the lower triangle",
    "slogdet": "(a_log + i Im(a_sign conj(sign))) x⁻ᴴ",
    "softmax": "y (a − Σ a y)",
    "solve": "w = A⁻ᴴ a: −w yᴴ; w",
    "solve_sylvester": "w with Aᴴ w + w Bᴴ = a: −w yᴴ; −yᴴ w; w",
    "solve_triangular": "w = A⁻ᴴ a: the triangle of −w yᴴ; w",
    "sparse_matmul": "a conj(x)ᵀ at the stored places; Sᴴ a",
    "svd": "Giles' formula; inverse gaps 1 / (s_j² − s_i²), 0 for equal values",
    "tensordot": "a contracted with the conjugate of the other factor",
    "var": "a 2 (x − mean x) / (n − ddof)",
}  # fmt: skip


def page() -> str:
    """The whole page."""
    registry.load()
    numpy, scipy = numpy_names(), scipy_names()
    parts = [HEAD.format(numpy=len(numpy), scipy=len(scipy), total=len(numpy) + len(scipy),
                         operators=len(operators()))]  # fmt: skip
    parts.append(counts(numpy, scipy))
    families = defaultdict(list)
    for op in operators():
        families[op.family].append(op)
    parts += [family(name, families[name], numpy) for name in sorted({*families, *numpy.values()})]
    parts.append("## SciPy\n\n" + "\n".join(scipy_section(scipy)))
    return "\n\n".join(parts) + "\n"


HEAD = """# The operators

Written by `docs/generate_operators.py` from the registry: {operators} operators, by which {total}
functions are differentiated in reverse and in forward mode: {numpy} of NumPy, under their own
names, and {scipy} of SciPy, under theirs in `riesz.scipy` (ufuncs of `scipy.special` under their
own names, too).

An adjoint takes a covector a of the result y (F, where an argument is called y) to one of each
argument, separated by semicolons; a dash stands for no derivative. For a complex formula the
conjugate of what stands after `a *` is meant (pairings are Re⟨., .⟩), but for the real-valued
functions of a complex number, whose gradient it is. What is said of kinks, ties and points without
a derivative is the convention. A *constant* operator carries no derivative: its results are plain
values. Every operator runs on every backend whose namespace has the functions that its rules call;
`riesz operators --backend NAME` shows for which of them a backend has kernels of its own. Values
and covectors of every operator are compared with references computed in 120 digits, in
`riesz.conformance.reference`."""


def operators() -> list[Any]:
    """The operators that ship with riesz."""
    found = (op for op in registry.operators.values() if op.__module__.startswith("riesz."))
    return sorted(found, key=lambda op: op.name)


def numpy_names() -> dict[str, str]:
    """Each NumPy function with a derivative, and the family it belongs to."""
    registry.load()
    found = {}
    for function, entry in registry.functions.items():
        name = public_name(function)
        if name not in CONSTANT:
            found[name] = _family(function, entry)
    return dict(sorted(found.items()))


def _family(function: Any, entry: Any) -> str:
    for op in operators():
        if function in getattr(op, "functions", ()):
            return str(op.family)
    return str(entry.__module__.rpartition(".")[2])


def scipy_names() -> dict[str, str]:
    """Each name of `riesz.scipy`, and the package of SciPy it is from."""
    found = {}
    for package in SCIPY:
        module = importlib.import_module(f"riesz.scipy.{package}")
        names = (f"{package}.{name}" for name in module.__all__ if name not in CONSTANT)
        found |= dict.fromkeys(names, package)
    return dict(sorted(found.items()))


def counts(numpy: dict[str, str], scipy: dict[str, str]) -> str:
    """The table of counts."""
    by_family, of_operators = Counter(numpy.values()), Counter(op.family for op in operators())
    lines = ["| family | operators | NumPy functions |", "|---|---|---|"]
    lines += [
        f"| [{name}](#{name}) | {of_operators[name]} | {by_family[name]} |"
        for name in sorted({*by_family, *of_operators})
    ]
    lines.append(f"| all | {len(operators())} | {len(numpy)} |")
    packages = Counter(scipy.values())
    lines += ["", "| SciPy | functions |", "|---|---|"]
    lines += [f"| scipy.{name} | {packages[name]} |" for name in SCIPY]
    return "\n".join([*lines, f"| all | {len(scipy)} |"])


def family(name: str, ops: list[Any], numpy: dict[str, str]) -> str:
    """The section of one family."""
    lines = [f"## {name}", "", " ".join(_about(name, ops).split())]
    if ops:
        lines += [
            "",
            "| operator | value | adjoint | numbers | stands behind |",
            "|---|---|---|---|---|",
        ]
        lines += [row(op) for op in ops]
    names = [n for n, belongs in numpy.items() if belongs == name]
    if names:
        lines += ["", f"NumPy functions of this family: {', '.join(map(_code, names))}."]
    return "\n".join(lines)


def _about(name: str, ops: list[Any]) -> str:
    module = ops[0].__module__ if ops else f"riesz.operators.{name}"
    return importlib.import_module(module).__doc__ or ""


def row(op: Any) -> str:
    """One operator."""
    value = " ".join((op.__doc__ or "").partition("\n\n")[0].split())
    kinds = "real" if op.real_only else "real, complex"
    cells = (_code(op.name), value, adjoint(op), kinds, ", ".join(map(_code, direct_names(op))))
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def adjoint(op: Any) -> str:
    """dF(x)'a, as text."""
    if op.constant:
        return "*constant*"
    if op.kind == "elementwise":
        return adjoint_of_formula(op)
    return ADJOINTS.get(op.name, "the transpose" if op.kind != "operator" else "see its source")


def direct_names(op: Any) -> list[str]:
    """The functions of NumPy and SciPy that are the operator or call it themselves."""
    own = {public_name(f) for f in getattr(op, "functions", ())}
    own |= {public_name(f) for f, entry in registry.functions.items() if _calls(entry, op)}
    scipy = scipy_names()
    called = {name for name, thing in registry.names.items() if _calls(_function(thing), op)}
    named = {f"scipy.{n}" for n in {f"special.{op.name}", *called} & scipy.keys()}
    numpy = {f"np.{n}" for n in own - CONSTANT}
    return sorted(numpy) + sorted(n for n in named if n.replace("scipy", "np", 1) not in numpy)


def _function(adapter: Any) -> Any:
    return getattr(adapter, "function", None)


def _calls(function: Any, op: Any) -> bool:
    same = hasattr(function, "__code__") and function.__module__ == op.__module__
    return same and op in _called(function.__code__, function.__globals__, set())


def _called(code: CodeType, scope: dict[str, Any], seen: set[CodeType]) -> Iterator[Any]:
    """The operators that a function names, and those its helpers in the same module name."""
    seen.add(code)
    for name in code.co_names:
        thing = scope.get(name)
        if isinstance(thing, Operator):
            yield thing
        inner = getattr(thing, "__code__", None)
        if inner is not None and inner not in seen and thing.__globals__ is scope:
            yield from _called(inner, scope, seen)
    for constant in code.co_consts:
        if isinstance(constant, CodeType) and constant not in seen:
            yield from _called(constant, scope, seen)


def scipy_section(scipy: dict[str, str]) -> Iterator[str]:
    """The names of each package."""
    for package in SCIPY:
        names = ", ".join(_code(n.partition(".")[2]) for n, p in scipy.items() if p == package)
        yield f"`riesz.scipy.{package}`: {names}.\n"


def _code(name: str) -> str:
    return f"`{name}`"


def main(arguments: list[str]) -> int:
    """Write, check or count."""
    if "--count" in arguments:
        numpy, scipy = numpy_names(), scipy_names()
        print(counts(numpy, scipy), f"\n{len(numpy) + len(scipy)} functions are differentiated.")
        return 0
    if "--names" in arguments:
        print(*(f"numpy.{n}" for n in numpy_names()), *(f"scipy.{n}" for n in scipy_names()))
        return 0
    text = page()
    if "--check" in arguments:
        return PAGE.read_text(encoding="utf-8") != text
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
