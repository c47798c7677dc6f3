"""`OperatorConformance`: the suite as tests of an operator's author, in a plain pytest file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

from riesz.backend import Backend, backends
from riesz.errors import InvalidValue
from riesz.registry import registry

from .cell import Cell
from .plan import planned
from .report import line
from .result import Result, Status


class OperatorConformance:
    """Subclass it and name the operators: pytest finds a test for each check.

        class TestMine(OperatorConformance):
            operators = ("mine",)

    `operators` and `backends` are names or objects; `dtypes` are those to test, by default all.
    """

    operators: ClassVar[tuple[Any, ...]] = ()
    backends: ClassVar[tuple[str | Backend, ...]] = ("numpy",)
    dtypes: ClassVar[tuple[str, ...]] = ("all",)

    def pytest_generate_tests(self, metafunc: Any) -> None:
        """A test for each operator, backend, dtype and check; nothing is run yet."""
        if "cell" in metafunc.fixturenames:
            cells = list(self._cells())
            metafunc.parametrize("cell", cells, ids=map(_name, cells))

    def test_conformance(self, cell: Cell) -> None:
        """What the check finds; what cannot run here is skipped, a declared failure fails so."""
        import pytest

        found = results(cell)
        for result in found:
            if result.status.bad:
                pytest.fail(line(result), pytrace=False)
            if result.status is Status.EXPECTED_FAILURE:
                pytest.xfail(line(result))
            if result.status is not Status.PASSED:
                pytest.skip(line(result))
        if not found:
            pytest.skip("nothing to check in this dtype")

    def _cells(self) -> Iterator[Cell]:
        if not self.operators:
            raise InvalidValue(
                f'{type(self).__name__} names no operators: operators = ("mine",) is expected.'
            )
        registry.load()
        loaded = [backends.load(b) if isinstance(b, str) else b for b in self.backends]
        for cell in planned(loaded, self.operators, self.dtypes).cells:
            yield from (replace(cell, checks=(check,)) for check in cell.checks)


def results(cell: Cell) -> list[Result]:
    """The results of a cell on its own, after what the backend declares."""
    reason = backends.probe(cell.backend)
    if reason is None:
        found = list(cell.results())
        return [cell.declared.judge(result) for result in found]
    operator, check, dtype = next(cell.triples())
    return [Result(operator, cell.backend.name, check, dtype, Status.ABSENT, reason=reason)]


def _name(cell: Cell) -> str:
    operator, check, dtype = next(cell.triples())
    return f"{operator}-{cell.backend.name}-{check}-{dtype}"
