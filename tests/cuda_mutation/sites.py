"""Mutants of CUDA: a text with one barrier, atomic operation or guard of a bound taken out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

BARRIER = re.compile(r"__sync(?:threads|warp)\([^;]*\);")
ATOMIC = re.compile(r"\b(?:atomic\w+|riesz_add)\(((?:[^,()]|\([^()]*\))+), ([^;]+)\);")
IF = re.compile(r"\bif \(")
CHOICE = re.compile(r"[\w.]+(?:\[\w+\])? [<>]=? [\w.]+(?:\[\w+\])?(?: - \w+)?(?= \? )")
COMPARES = re.compile(r" [<>]=? ")
LEAVES = re.compile(r"\s*(?:return|continue|break)\b")


@dataclass(frozen=True)
class Mutant:
    """A text changed in one place; `key`: file, number of the change in it, and the change."""

    key: str
    file: str
    text: str


def mutants(file: str, text: str) -> Iterator[Mutant]:
    """Every one of a file, in order of their places."""
    for number, (begin, end, new) in enumerate(sorted(changes(text))):
        old = " ".join(text[begin:end].split())
        key = f"{file}:{number}: {old} -> {new or 'nothing'}"
        yield Mutant(key, file, text[:begin] + new + text[end:])


def changes(text: str) -> Iterator[tuple[int, int, str]]:
    """Begin and end of what is replaced, and by what."""
    for found in BARRIER.finditer(text):
        yield found.start(), found.end(), ""
    for found in ATOMIC.finditer(text):
        yield found.start(), found.end(), f"{{ auto at = {found[1]}; *at = *at + ({found[2]}); }}"
    for found in CHOICE.finditer(text):
        yield found.start(), found.end(), "true"
    for found in IF.finditer(text):
        yield from guards(text, found.end())


def guards(text: str, begin: int) -> Iterator[tuple[int, int, str]]:
    """Each comparison of a condition taken out: as if what it asks were always well."""
    end = closing(text, begin)
    neutral = "false" if LEAVES.match(text, end + 1) else "true"
    for part in re.finditer(r"(?:[^&|]|(?<!&)&(?!&))+", text[begin:end]):
        if COMPARES.search(part[0]):
            spaces = len(part[0]) - len(part[0].lstrip())
            length = len(part[0].strip())
            start = begin + part.start() + spaces
            yield start, start + length, neutral


def closing(text: str, begin: int) -> int:
    """Where the parenthesis is closed that was opened before `begin`."""
    depth = 1
    for i in range(begin, len(text)):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if not depth:
            return i
    raise ValueError("a parenthesis is not closed")
