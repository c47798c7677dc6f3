"""A substitute: what a function of SciPy does with traced values, and SciPy itself with others."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from riesz.errors import MissingExtra
from riesz.registry import registry
from riesz.suggestion import suggestion
from riesz.traced import Traced

Function = Callable[..., Any]


def stands_for(module: str) -> Callable[[Function], Function]:
    """Let the decorated function stand for the one of its name in scipy.`module`."""

    def declare(function: Function) -> Function:
        name = function.__name__

        @functools.wraps(function)
        def call(*args: Any, **keywords: Any) -> Any:
            if holds_traced(args) or holds_traced(tuple(keywords.values())):
                registry.load()
                return function(*args, **keywords)
            return getattr(original(module), name)(*args, **keywords)

        call.__doc__ = function.__doc__ or f"scipy.{module}.{name}."
        return call

    return declare


def holds_traced(x: Any) -> bool:
    """Whether x is traced, or a sequence that holds something traced."""
    return type(x) is Traced or (isinstance(x, list | tuple) and any(map(holds_traced, x)))


def original(module: str) -> Any:
    """scipy.`module`; raises MissingExtra without SciPy."""
    try:
        return import_module(f"scipy.{module}")
    except ModuleNotFoundError as error:
        raise MissingExtra(f"riesz.scipy.{module}", "scipy", "scipy") from error


def unknown(module: str, name: str, known: Iterable[str]) -> AttributeError:
    """What to raise for a name that has no substitute."""
    if name.startswith("_"):
        return AttributeError(f"riesz.scipy.{module} has no attribute {name!r}")
    return AttributeError(
        f"riesz.scipy.{module} has no {name!r}: scipy.{module}.{name} has no operator, so it "
        f"cannot be differentiated. On constants use SciPy's, with riesz.stop_gradient(x); or "
        f"declare an operator with riesz.operator. {suggestion(name, known)}"
    )
