"""The packages of the `demo` extra, imported when the demo needs them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from riesz.errors import MissingExtra


def extra(module: str) -> Any:
    """The module; raises MissingExtra, naming the extra `demo`, where it is not installed."""
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtra("riesz demo", module.partition(".")[0], "demo") from error
