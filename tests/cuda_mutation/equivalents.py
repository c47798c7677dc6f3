"""Mutants that survive, each with the reason; any other survivor fails, and so does a dead one."""

EQUIVALENTS: dict[str, str] = {}
