"""Many calls of kernels, many times, without Python between them."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

from riesz.plan.repetition import Call
from riesz_backends.native.program import driver

TIMES = 256  # between two moments at which Python may be interrupted


def repeat(calls: Sequence[Call], n: int) -> None:
    """Run all calls n times, one after another; arrays move on with the times."""
    moves = [(ctypes.c_int64 * len(call.moves))(*call.moves) for call in calls]
    words = [
        word
        for call, move in zip(calls, moves, strict=True)
        for word in (call.kernel.address, id(call.out), id(call.x), ctypes.addressof(move))
    ]
    table, at = (ctypes.c_int64 * len(words))(*words), (ctypes.c_int64 * 2)()
    run = driver().riesz_repeat
    for end in [*range(TIMES, n, TIMES), n]:
        while answer := run(table, len(calls), end, at):
            calls[at[1]].kernel.build(answer % 16)
