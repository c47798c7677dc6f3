"""Operators and backends that are wrong on purpose, each in one way, and the checks that must fail.

The suite is believed because it says of each of them what is wrong, and nothing else.
"""

from .table import BACKENDS, METRICS, OPERATORS, Fault

__all__ = ["BACKENDS", "METRICS", "OPERATORS", "Fault"]
