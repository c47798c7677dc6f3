"""Numbers a user gives, refused where they make no sense."""

from __future__ import annotations

from math import isnan
from typing import Any

from riesz.errors import InvalidType, InvalidValue


def number(name: str, given: Any) -> float:
    """A real number; infinity is one."""
    if isinstance(given, bool) or not hasattr(given, "__float__"):
        raise InvalidType(f"{name} is a number, but was given {given!r}.")
    if isnan(given):
        raise InvalidValue(f"{name} is nan, but it must be a number.")
    return float(given)


def nonnegative(name: str, given: Any) -> float:
    """A real number that is zero or more."""
    if not number(name, given) >= 0:
        raise InvalidValue(f"{name} is {given:g}, but it must be zero or more.")
    return float(given)


def positive(name: str, given: Any) -> float:
    """A real number that is more than zero."""
    if not nonnegative(name, given) > 0:
        raise InvalidValue(f"{name} is {given:g}, but it must be more than zero.")
    return float(given)


def count(name: str, given: Any) -> int:
    """How many there are of something: an integer, one or more."""
    if isinstance(given, bool) or not hasattr(given, "__index__"):
        raise InvalidType(f"{name} is an integer, but was given {given!r}.")
    if given < 1:
        raise InvalidValue(f"{name} is {given}, but it must be one or more.")
    return int(given)
