"""Prints formulas as straight-line Python on a backend's namespace.

Three rules per formula: `forward(x0, ...)`; `adjoint(a, ...)`, from a covector of the result to one
per active argument; `tangent(u0, ..., y, x0, ...)`, from tangents of the active arguments to one of
the result. The adjoint names only what it reads, and that is what `record` lets a tape save.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from riesz.lazy import chosen, masked
from riesz.project import to_codomain, to_space
from riesz.space import Space

from .expression import Expression, Operand, operand_nodes, topological
from .formula import Formula, is_leaf
from .situation import Situation
from .vocabulary import INFIX, REAL_VALUED, SPECIAL

Rule = Callable[..., Any]
DEEP = 40  # parentheses that Python's parser takes at once, with room to spare


@dataclass(frozen=True)
class Printed:
    """The source of one function, the vocabulary names it calls and the values it reads.

    `fresh`: its results are new arrays, neither its arguments nor views of them. `masks`: it makes
    a covector `Masked`, which is no array, so that no kernel can compute the rule as a whole.
    """

    name: str
    source: str
    calls: frozenset[str]
    reads: tuple[str, ...]
    fresh: bool = False
    masks: bool = False

    @property
    def takes_masked(self) -> bool:
        """Whether it is a rule for covectors that may be `Masked`."""
        return self.name == "adjoint"

    def bind(self, xp: Any, **scope: Any) -> Rule:
        """Compile the source with the vocabulary of the namespace `xp` and what `scope` adds."""
        scope |= {"to_space": to_space, "to_codomain": to_codomain, "space": Space.of}
        for name in self.calls:
            scope[name] = getattr(xp.special if name in SPECIAL else xp, name)
        if self.takes_masked:
            scope |= {"masked": masked} | ({"where": chosen(xp.where)} if "where" in scope else {})
        exec(compile(self.source, f"<riesz {self.name}>", "exec"), scope)
        rule: Any = scope[self.name]
        fuse = getattr(type(xp), "fuse", None)  # a namespace may compute a rule as a whole
        rule = rule if fuse is None or self.masks or self.name == "record" else fuse(self, rule)
        rule.takes_masked = self.takes_masked
        return rule  # type: ignore[no-any-return]


class Writer:
    """Prints nodes as expressions, giving a name to what is used more than once."""

    def __init__(self, known: dict[Expression, str]) -> None:
        """`known`: nodes that have a name already (the arguments, the saved value)."""
        self.known = known
        self.masks = False
        self.text: dict[Expression, str] = {}
        self.lines: list[str] = []
        self.calls: set[str] = set()
        self.reads: dict[str, None] = {}

    def write(self, *roots: Operand) -> None:
        """Make `roots` printable: the assignments they need are appended to `lines`."""
        nodes = topological(roots, self.known)
        uses = Counter(x for n in nodes for x in n.args if isinstance(x, Expression))
        uses.update(r for r in roots if isinstance(r, Expression))
        depth: dict[Any, int] = {}
        for node in nodes:
            text = self._print(node)
            depth[node] = 1 + max((depth.get(x, 0) for x in operand_nodes(node)), default=0)
            inline = (uses[node] == 1 and depth[node] < DEEP) or _chooses_numbers(node)
            self.text[node] = text if inline else self._assign(text)
            depth[node] *= inline

    def operand(self, x: Operand) -> str:
        """The text of a node or a number."""
        if not isinstance(x, Expression):
            return number(x)
        return self.read(self.known[x]) if x in self.known else self.text[x]

    def is_inline(self, node: Expression) -> bool:
        """Whether a printed node stands in no variable, so that it may be printed otherwise."""
        return node not in self.known and not self.text[node].startswith("t_")

    def read(self, name: str) -> str:
        """`name`, remembered as something the rule reads."""
        self.reads.setdefault(name)
        return name

    def call(self, name: str, *args: str) -> str:
        """A call of a vocabulary function."""
        self.calls.add(name)
        return f"{name}({', '.join(args)})"

    def _print(self, node: Expression) -> str:
        args = [self.operand(x) for x in node.args]
        if node.name in INFIX and len(args) == 2:
            return f"({args[0]} {INFIX[node.name]} {args[1]})"
        return f"(-{args[0]})" if node.name == "negative" else self.call(node.name, *args)

    def _assign(self, text: str) -> str:
        name = f"t_{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        return name

    def named(self, text: str) -> str:
        """The text, or the variable it is assigned to where it is more than a name."""
        return text if text.isidentifier() else self._assign(text)

    def printed(self, name: str, first: tuple[str, ...], result: str) -> Printed:
        """The whole function: `first` are the parameters before those it reads."""
        reads = tuple(self.reads)
        body = "".join(f"    {line}\n" for line in [*self.lines, f"return {result}"])
        source = f"def {name}({', '.join([*first, *reads])}):\n{body}"
        return Printed(name, source, frozenset(self.calls), reads, masks=self.masks)


def number(x: Any) -> str:
    """A Python scalar as a literal; infinities and NaN, which have none, as calls."""
    x = x.item() if hasattr(x, "item") else x
    finite = isinstance(x, complex | int) or (x == x and abs(x) != float("inf"))
    text = repr(x) if finite else f"float('{x!r}')"
    return f"({text})" if text[0] == "-" else text


def arguments(f: Formula) -> dict[Expression, str]:
    """The names x0, x1, ... of a formula's arguments."""
    return {f.symbols.argument(i): f"x{i}" for i in range(f.arity)}


def known_after(f: Formula) -> dict[Expression, str]:
    """What has a name once the value is computed: the arguments and `y`."""
    value = {} if is_leaf(f.value) else {f.value: "y"}
    return arguments(f) | value


def forward(f: Formula) -> Printed:
    """`forward(x0, x1, ...)` = the value."""
    writer = Writer(arguments(f))
    writer.write(f.value)
    result = writer.operand(f.value)
    writer.reads = dict.fromkeys(arguments(f).values())
    return writer.printed("forward", (), result)


def adjoint(f: Formula, s: Situation) -> Printed:
    """`adjoint(a, ...)`: a covector per active argument, bare when only one is active."""
    writer = Writer(known_after(f))
    writer.write(*(f.partials[i] for i in s.positions))
    terms = [_covector(writer, f.partials[i], i, s) for i in s.positions]
    fresh = not any(term == "a" or term.startswith("to_space(") for term in terms)
    result = terms[0] if len(terms) == 1 else f"({', '.join(terms)})"
    return replace(writer.printed("adjoint", ("a",), result), fresh=fresh)


def reading_all(f: Formula, adjoint: Printed) -> Printed:
    """What a step saves for another rule in the adjoint's place: the value and every argument."""
    return replace(adjoint, reads=("y", *arguments(f).values()), fresh=False)


def _covector(writer: Writer, partial: Operand | None, i: int, s: Situation) -> str:
    if partial is None:
        return "None"
    is_complex = _is_complex(partial, s.complex)
    conj = is_complex and s.result_complex
    term = _branch(writer, partial) or _scaled(writer, "a", partial, conj)
    exact = s.same[i] and not (is_complex and not s.complex[i])
    return term if exact else f"to_space({term}, {writer.read(f'X{i}')})"


def tangent(f: Formula, s: Situation) -> Printed:
    """`tangent(u0, ..., y, x0, ...)` = sum of partial * u; None where no partial exists."""
    writer = Writer(known_after(f))
    active = [i for i in s.positions if f.partials[i] is not None]
    writer.write(*(f.partials[i] for i in active))
    terms = [_tangent_term(writer, f.partials[i], i, s) for i in active]
    result = " + ".join(terms) or "None"
    if terms and not all(s.same[i] for i in active):
        result = f"to_codomain({result}, {writer.read('y')})"
    writer.reads = dict.fromkeys(("y", *arguments(f).values()))
    return writer.printed("tangent", tuple(f"u{i}" for i in s.positions), result)


def _tangent_term(writer: Writer, partial: Operand, i: int, s: Situation) -> str:
    is_complex = _is_complex(partial, s.complex)
    term = _scaled(writer, f"u{i}", partial, conj=is_complex and not s.result_complex)
    real = not s.result_complex and (is_complex or s.complex[i])
    return writer.call("real", term) if real else term


def _scaled(writer: Writer, a: str, partial: Operand, conj: bool) -> str:
    """The product of a covector or tangent and a partial, or the conjugate of one."""
    if not isinstance(partial, Expression):
        return _scaled_by_number(a, partial.conjugate() if conj else partial)
    if partial.name == "where" and writer.is_inline(partial):
        c, p, q = partial.args
        choices = (_scaled(writer, a, x, conj and _may_be_complex(x)) for x in (p, q))
        return writer.call("where", writer.operand(c), *choices)
    if partial.name == "multiply" and writer.is_inline(partial):
        factors = sorted(partial.args, key=_chooses_numbers)  # such a one takes a's dtype
        if _chooses_numbers(factors[1]):
            first = writer.named(_scaled(writer, a, factors[0], conj))
            return _scaled(writer, first, factors[1], conj)
    if _is_reciprocal(partial, writer) and not conj:
        return f"{a} / {writer.operand(partial.args[1])}"
    text = writer.operand(partial)
    # The method keeps the weak dtype of a Python number, which the function would not.
    return f"{a} * {text}.conjugate()" if conj else f"{a} * {text}"


def _branch(writer: Writer, partial: Operand) -> str | None:
    """The covector of a branch, if the partial is 1 or 0 as an argument says it is taken or not."""
    if not isinstance(partial, Expression) or partial.name != "where":
        return None
    c, *choice = partial.args
    if not is_leaf(c) or choice not in ([1, 0], [0, 1]):
        return None
    writer.masks = True
    taken = writer.operand(c)
    return f"masked(a, {taken if choice[0] == 1 else writer.call('logical_not', taken)})"


def _scaled_by_number(a: str, x: Any) -> str:
    if x == 1 or x == -1:
        return a if x == 1 else f"-{a}"
    return "0.0" if x == 0 else f"{a} * {number(x)}"


def _may_be_complex(x: Operand) -> bool:
    return isinstance(x, Expression | complex)


def _chooses_numbers(x: Operand) -> bool:
    # Has no dtype until it is multiplied by something, so it must not become a variable.
    if not isinstance(x, Expression) or x.name != "where":
        return False
    return all(_chooses_numbers(y) for y in x.args[1:] if isinstance(y, Expression))


def _is_reciprocal(partial: Expression, writer: Writer) -> bool:
    one = partial.name == "divide" and not isinstance(partial.args[0], Expression)
    return one and partial.args[0] == 1 and writer.is_inline(partial)


def _is_complex(root: Operand, arguments: tuple[bool, ...]) -> bool:
    kind: dict[Expression, bool] = {}
    for node in topological([root]):
        if node.name == "arg":
            kind[node] = arguments[node.args[0]]
        else:
            operands = (
                kind[x] if isinstance(x, Expression) else type(x) is complex for x in node.args
            )
            kind[node] = node.name not in REAL_VALUED and any(list(operands))
    return kind[root] if isinstance(root, Expression) else type(root) is complex


def record(f: Formula, adjoint: Printed, constants: tuple[str, ...]) -> Printed:
    """`record(tape, parents, x0, ...)`: compute the value and append the step to the tape.

    The step saves what the adjoint reads; `X0` is the space of `x0`. Of the arguments in
    `constants`, which are arrays of the user's, those it saves are frozen.
    """
    frozen = "".join(f"    freeze(tape, {name})\n" for name in constants if name in adjoint.reads)
    x = ", ".join(arguments(f).values())
    saved = "".join(f"space(x{r[1:]}), " if r[0] == "X" else f"{r}, " for r in adjoint.reads)
    source = (
        f"def record(tape, parents, {x}):\n"
        f"    y = forward({x})\n{frozen}"
        "    steps = tape.steps\n"
        f"    steps.append((adjoint, ({saved}), parents, {adjoint.fresh}))\n"
        "    t = new(Traced)\n"  # what Traced(tape, y, node) does, in a third less time
        "    t.tape, t.value, t.node = tape, y, len(steps) - 1\n"
        "    return t\n"
    )
    return Printed("record", source, frozenset(), adjoint.reads)
