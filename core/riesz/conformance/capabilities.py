"""Whether a backend's declared capabilities are those it has: `misdeclared`.

All but `host`, which says how programs are laid out and not what can be computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from riesz.backend import Backend, use_backend
from riesz.backend.absence import PARTS
from riesz.errors import MissingExtra

from .plan import DOUBLE, SINGLE
from .result import EVERY, Result, Status

Witness = Callable[[Backend], bool]


def misdeclared(backend: Backend) -> Iterator[Result]:
    """A result for each capability that is declared and missing, or there and not declared.

    What only an optional package would show is not asked.
    """
    for name, witness in WITNESSES.items():
        try:
            declared, why = name in backend.capabilities, _missing(backend, witness)
        except MissingExtra:
            continue
        if declared and why is not None:
            reason = f"the capability {name} is declared, and missing: {why}"
            yield _result(backend, Status.FAILED, reason)
        elif not declared and why is None:
            reason = f"{name} is not among the declared capabilities, and works. Declare it."
            yield _result(backend, Status.UNEXPECTED_PASS, reason)


def _missing(backend: Backend, witness: Witness) -> str | None:
    """Why a witness does not hold; None where it does."""
    try:
        with use_backend(backend):
            return None if witness(backend) else "what stands for it gives something else"
    except MissingExtra:
        raise
    except Exception as error:  # whatever the backend raises
        return f"{type(error).__name__}: {error}"


def _computes_in(dtype: np.dtype[Any]) -> Witness:
    """An array keeps the dtype, in and out, and in a sum."""

    def witness(backend: Backend) -> bool:
        x = backend.asarray(np.ones(2, dtype))
        return bool((x + x).dtype == dtype == backend.to_numpy(x).dtype)

    return witness


def _has(part: str) -> Witness:
    return lambda backend: getattr(backend.xp, part) is not None


WITNESSES: dict[str, Witness] = {
    **{name: _computes_in(np.dtype(name)) for name in (*DOUBLE, *SINGLE)},
    **{part: _has(part) for part in PARTS},
}


def _result(backend: Backend, status: Status, reason: str) -> Result:
    return Result(EVERY, backend.name, "capabilities", EVERY, status, reason=reason, checks=1)
