"""What to say about a name nobody knows."""

from collections.abc import Iterable
from difflib import get_close_matches


def suggestion(name: str, known: Iterable[str], limit: int = 20) -> str:
    """Return "Did you mean 'x'? Known: ...", as much of it as applies.

    >>> suggestion("numpi", ["cupy", "numpy"])
    "Did you mean 'numpy'? Known: cupy, numpy."
    """
    names = sorted(known)
    if not names:
        return "None is known."
    near = [x for x in names if x.lower() == name.lower()] or get_close_matches(name, names, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return f"{hint}Known: {', '.join(names[:limit])}{more}."
