"""Mutants of CUDA: a text with one barrier, atomic operation or guard taken out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

BARRIER = re.compile(r"__sync(?:threads|warp)\([^;]*\);")
ATOMIC = re.compile(r"\b(?:atomic\w+|riesz_add)\(((?:[^,()]|\([^()]*\))+), ([^;]+)\);")
IF = re.compile(r"\bif (?:constexpr )?\(")
FOR = re.compile(r"\bfor \([^;]*;\s*(?=[^;]* && )")
RETURN = re.compile(r"\breturn (?=[^;?]* && [^;?]*;)")
TERM = r"[\w.]+(?:\[\w+\])?(?: [-+] [\w.]+(?:\[\w+\])?)*"
CHOICE = re.compile(rf"{TERM} [<>]=? {TERM}(?= \? )")
LEAVES = re.compile(r"\s*(?:return|continue|break)\b")
NEUTRAL = {"&&": "true", "||": "false"}
PRINTED = "printed"  # in the place of a file: what Python prints
MARGIN = 4  # characters by which a place in a printed text is told from those in files


@dataclass(frozen=True)
class Mutant:
    """`before` is changed in one place; `key`: file, number of the change in it, and the change."""

    key: str
    file: str
    before: str
    text: str

    def of(self, text: str) -> str:
        """A text that is launched, changed."""
        return text.replace(self.before, self.text)


def mutants(file: str, text: str) -> Iterator[Mutant]:
    """Every one of a file, in order of their places."""
    for number, (begin, end, new) in enumerate(sorted(changes(text))):
        key = f"{file}:{number}: {told(text[begin:end])} -> {new or 'nothing'}"
        yield Mutant(key, file, text, text[:begin] + new + text[end:])


def printed(texts: Iterable[str], files: Iterable[str]) -> list[Mutant]:
    """Those of what is in texts and in no file: one for all places that look alike.

    A choice between two values is no guard there: formulas make them.
    """
    found = {}
    for text in sorted(texts):
        for body in files:
            text = text.replace(body, "")
        for begin, end, new in statements(text):
            key = f"{PRINTED}: {told(text[begin:end])} -> {new or 'nothing'}"
            left, right = text[begin - MARGIN : begin], text[end : end + MARGIN]
            found[key] = Mutant(key, PRINTED, left + text[begin:end] + right, left + new + right)
    return [found[key] for key in sorted(found)]


def told(code: str) -> str:
    """Code in one line."""
    return " ".join(code.split())


def changes(text: str) -> Iterator[tuple[int, int, str]]:
    """Begin and end of what is replaced, and by what."""
    yield from statements(text)
    for found in CHOICE.finditer(text):
        yield found.start(), found.end(), "true"


def statements(text: str) -> Iterator[tuple[int, int, str]]:
    """Those that are no choices."""
    for found in BARRIER.finditer(text):
        yield found.start(), found.end(), ""
    for found in ATOMIC.finditer(text):
        yield found.start(), found.end(), f"{{ auto at = {found[1]}; *at = *at + ({found[2]}); }}"
    for found in IF.finditer(text):
        end = closing(text, found.end())
        alone = "false" if LEAVES.match(text, end + 1) else "true"
        yield from guards(text, found.end(), end, alone)
    for found in (*FOR.finditer(text), *RETURN.finditer(text)):
        yield from guards(text, found.end(), text.index(";", found.end()), "")


def guards(text: str, begin: int, end: int, alone: str) -> Iterator[tuple[int, int, str]]:
    """Each part of a condition taken out, and all at once; `alone`: what asks for nothing."""
    for start, stop, operator in parts(text, begin, end):
        if new := NEUTRAL.get(operator, alone):
            yield start, stop, new
    if alone and operator and NEUTRAL[operator] != alone:
        yield begin, end, alone


def parts(text: str, begin: int, end: int) -> Iterator[tuple[int, int, str]]:
    """What && and || join outside of all parentheses: begin, end, and the operator beside it."""
    depth, start, operator = 0, begin, ""
    for i in range(begin, end):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if not depth and text[i : i + 2] in NEUTRAL:
            operator = text[i : i + 2]
            yield start, i - 1, operator
            start = i + 3
    yield start, end, operator


def closing(text: str, begin: int) -> int:
    """Where the parenthesis is closed that was opened before `begin`."""
    depth = 1
    for i in range(begin, len(text)):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if not depth:
            return i
    raise ValueError("a parenthesis is not closed")
