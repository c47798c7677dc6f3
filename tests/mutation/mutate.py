"""Mutants: the definition of an operator, executed again with one small change in a derivative."""

import ast
import copy
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

RULES = ("adjoint", "tangent")
SWAPPED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
SIGN = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


@dataclass(frozen=True)
class Mutant:
    """`key` is operator:rule:number:change, the number counting the changes of the rule."""

    key: str
    op: Any


def mutants(op: Any) -> Iterator[Mutant]:
    """Every change of a derivative that the definition of `op` states itself, one at a time."""
    tree = definition(op)
    for rule, parts in derivatives(tree).items():
        nodes = [node for part in parts for node in ast.walk(part)]
        changes = [(node, *found) for node in nodes if (found := change(node))]
        for number, (node, new, what) in enumerate(changes):
            # deepcopy takes `new` for the copy of `node`
            wrong = copy.deepcopy(tree, {id(node): ast.copy_location(new, node)})
            yield Mutant(f"{op.name}:{rule}:{number}:{what}", executed(wrong, op))


def executed(tree: ast.stmt, op: Any) -> Any:
    """The operator that a definition makes in the module of `op`, which stays as it is."""
    scope = dict(vars(sys.modules[op.__module__]))
    module = ast.fix_missing_locations(ast.Module([tree], []))
    exec(compile(module, f"<{op.name}>", "exec"), scope)
    made = scope[op.__name__]
    made.functions = getattr(op, "functions", ())
    return made


def definition(op: Any) -> ast.stmt:
    """The class or function that `op` was made of."""
    return definitions(op.__module__)[op.__name__]


@cache
def definitions(module: str) -> dict[str, ast.stmt]:
    """The classes and functions of a module."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {s.name: s for s in tree.body if isinstance(s, ast.ClassDef | ast.FunctionDef)}


def derivatives(tree: ast.stmt) -> dict[str, list[ast.AST]]:
    """What states the derivative: the rules of a class, or the partials that a formula returns."""
    if isinstance(tree, ast.ClassDef):
        rules = [s for s in tree.body if isinstance(s, ast.FunctionDef) and s.name in RULES]
        return {rule.name: list(rule.body) for rule in rules}
    returned = [s.value for s in ast.walk(tree) if isinstance(s, ast.Return)]
    return {"partials": [p for v in returned if isinstance(v, ast.Tuple) for p in v.elts[1:]]}


def change(node: ast.AST) -> tuple[ast.expr, str] | None:
    """A wrong expression for a right one, and what was done; None where there is nothing to do."""
    match node:
        case ast.BinOp(left, sign, right) if type(sign) in SWAPPED:
            other = SWAPPED[type(sign)]
            return ast.BinOp(left, other(), right), f"{SIGN[type(sign)]} to {SIGN[other]}"
        case ast.UnaryOp(ast.USub(), x):
            return x, "minus dropped"
        case ast.Call(ast.Name("conj") | ast.Attribute(attr="conj"), [x]):
            return x, "conj dropped"
        case ast.Call(ast.Attribute(x, "conj"), []):
            return x, "conj dropped"
        case ast.Constant(int() | float() | complex() as c) if c and not isinstance(c, bool):
            return ast.Constant(2 * c), f"{c} to {2 * c}"
    return None
