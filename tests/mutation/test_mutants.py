"""The conformance suite fails every mutant of our operators, but for those declared equivalent."""

import numpy as np
import pytest

from mutation.equivalents import EQUIVALENTS
from mutation.mutate import definition, executed, mutants
from riesz.backend import backends
from riesz.conformance.cell import Cell
from riesz.conformance.declared import Declared
from riesz.registry import registry

registry.load()
OURS = {n: op for n, op in registry.operators.items() if op.__module__.startswith("riesz.")}
MUTANTS = {name: found for name, op in OURS.items() if (found := list(mutants(op)))}


def results(op):
    """Those of every check in float64, then in complex128 where the operator takes it."""
    backend = backends.load("numpy")
    for dtype in ["float64", "complex128"][: 1 if op.real_only else 2]:
        yield from map(Declared.of(backend).judge, Cell(op, backend, np.dtype(dtype)).results())


def killed(mutant):
    return any(result.status == "failed" for result in results(mutant.op))


@pytest.mark.parametrize("name", sorted(MUTANTS))
def test_the_suite_fails_every_mutant(name):
    """Unchanged, the definition passes: it is the change that is caught."""
    op = OURS[name]
    found = results(executed(definition(op), op))
    assert [r for r in found if r.status not in ("passed", "expected-failure")] == []
    survivors = {mutant.key for mutant in MUTANTS[name] if not killed(mutant)}
    assert survivors == {key for key in EQUIVALENTS if key.split(":")[0] == name}


def test_every_declared_equivalent_is_a_mutant():
    assert set(EQUIVALENTS) <= {mutant.key for found in MUTANTS.values() for mutant in found}


def test_each_key_is_of_one_mutant_and_there_are_many():
    keys = [mutant.key for found in MUTANTS.values() for mutant in found]
    assert len(keys) == len(set(keys)) >= 500
