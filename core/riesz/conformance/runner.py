"""`run`: every operator on every backend in every dtype; `check_operator`: one, interactively."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from riesz.backend import Backend
from riesz.backend import backends as table
from riesz.errors import PluginError
from riesz.registry import registry

from .capabilities import misdeclared
from .checks import CHECKS
from .declared import Entries, Triple
from .plan import Plan, planned
from .report import Report
from .result import EVERY, Result, Status
from .workers import each

Progress = Callable[[int, int], None]


def run(
    backends: Iterable[str | Backend] | None = None,
    operators: Iterable[Any] | None = None,
    dtypes: Iterable[str] | None = None,
    workers: int = 1,
    *,
    required: Sequence[str] = (),
    minimum: int = 0,
    expected: Entries | None = None,
    progress: Progress = lambda done, total: None,
) -> Report:
    """Run the suite; None stands for every backend, every operator, or the default dtypes.

    Backends and operators are given by name or as objects. `dtypes`: those to test in full,
    ("all",) for every one; by default float64 and complex128, and the others with fewer checks.
    `workers`: processes, which need names. `required`: backends that must run; `minimum`: so many
    checks must; `expected`: further failures to expect, {"operator:check:dtype": {"reason",
    "link"}}.

    Raises BackendUnavailable, UnsupportedOperator, InvalidValue for names that nobody has.

    >>> report = run(["numpy"], ["tanh"], ["float64"])
    >>> report.failed
    False
    """
    from importlib.metadata import version  # 20 ms, which `import riesz` need not take

    started = time.monotonic()
    registry.load()
    asked = list(dict.fromkeys([*(table.names() if backends is None else backends), *required]))
    loaded = [_loaded(backend) for backend in asked]
    running = [b for b, problem in loaded if b and not problem]
    plan = planned(running, operators, dtypes, expected)
    results = [problem for _, problem in loaded if problem]
    results += [result for backend in running for result in misdeclared(backend)]
    results += _judged(plan, each(plan.cells, workers, progress))
    return Report(
        tuple(results), version("riesz"), platform.python_version(), platform.platform(),
        datetime.now(UTC).isoformat(timespec="seconds"), round(time.monotonic() - started, 3),
        dict(_about(name, b, problem) for name, (b, problem) in zip(asked, loaded, strict=True)),
        tuple(required), (*plan.left_out, *_not_asked(asked), *_broken()), minimum,
    )  # fmt: skip


def check_operator(
    op: Any, backend: str | Backend = "numpy", dtypes: Iterable[str] | None = None
) -> list[Result]:
    """Run every check of one operator, given itself or by name, on one backend.

    An operator that is not registered needs samples, declared by `riesz.conformance.samples`.

    >>> import riesz
    >>> results = riesz.check_operator("tanh", dtypes=["float64"])
    >>> {str(result.status) for result in results}
    {'passed'}
    """
    return list(run([backend], [op], dtypes or ("all",)).results)


def _judged(plan: Plan, results: Iterable[list[Result]]) -> list[Result]:
    """The results of each backend, after what it declares."""
    judged: list[Result] = []
    pairs = zip(plan.cells, results, strict=True)
    for backend, group in groupby(pairs, key=lambda pair: pair[0].backend):
        found = list(group)
        triples = [triple for cell, _ in found for triple in cell.triples()]
        rows = [row for _, rows in found for row in rows]
        judged += found[0][0].declared.judged(backend.name, rows, triples, _known(triples))
    return judged


def _known(triples: Sequence[Triple]) -> Callable[[Triple], bool]:
    """Whether an operator, a check and a dtype are among those that there are."""
    names = {EVERY, *registry.operators, *(triple[0] for triple in triples)}
    checks = {EVERY, *(check.__name__ for check in CHECKS)}
    return lambda triple: triple[0] in names and triple[1] in checks


def _loaded(given: str | Backend) -> tuple[Backend | None, Result | None]:
    """The backend, and the result that says why it cannot be checked."""
    try:
        backend = table.load(given) if isinstance(given, str) else given
    except PluginError as error:
        return None, _of_all(str(given), Status.ERROR, str(error))
    reason = table.probe(backend)
    return backend, None if reason is None else _of_all(backend.name, Status.ABSENT, reason)


def _of_all(backend: str, status: Status, reason: str) -> Result:
    return Result(EVERY, backend, EVERY, EVERY, status, reason=reason)


def _about(
    name: str | Backend, backend: Backend | None, problem: Result | None
) -> tuple[str, dict[str, Any]]:
    library = backend.library if backend is not None else ""
    known = backend.name if backend is not None else str(name)
    about = {"probe": problem.reason if problem else None, "library": _versioned(library)}
    route = backend.route() if backend is not None else None
    return known, about | ({"route": route} if route else {})


def _versioned(library: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"{library} {version(library)}" if library else ""
    except PackageNotFoundError:  # a library that is no distribution
        return library


def _not_asked(asked: Sequence[str | Backend]) -> list[str]:
    names = {b if isinstance(b, str) else b.name for b in asked}
    others = [name for name in table.names() if name not in names]
    return [f"backends not asked for: {', '.join(others)}"] if others else []


def _broken() -> list[str]:
    plugins = [p for p in registry.plugins.all() if p.status not in ("found", "loaded")]
    return [f"{plugin}: {plugin.status}: {plugin.reason}" for plugin in plugins]
