"""Mutants that survive, each with the reason; any other survivor fails, and so does a dead one."""

EQUIVALENTS = {
    "fft.cu:0: s.whole -> false":
        "an entry is then loaded as its two parts: the same numbers, by two instructions",
}  # fmt: skip
