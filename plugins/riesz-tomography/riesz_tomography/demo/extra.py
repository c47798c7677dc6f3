"""The packages of the extra `demo`, imported when the demo needs them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from riesz import MissingExtra


def extra(module: str) -> Any:
    """The module; raises MissingExtra where it is not installed."""
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtra("riesz-tomography", module.partition(".")[0], "demo") from error
