"""`Library`: which text holds each kernel. Kernels that are met together are compiled together."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from riesz_backends.cuda.source import Source, module

TOGETHER = 32  # kernels of one module: a compiler's start and the prelude are shared


class Library:
    """The modules of a process."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._text: dict[str, str] = {}
        self._lock = threading.Lock()

    def know(self, sources: Sequence[Source]) -> None:
        """Put new kernels into modules."""
        with self._lock:
            new = {s.name: s for s in sources if s.name not in self._text}
            names = list(new)
            for i in range(0, len(names), TOGETHER):
                part = names[i : i + TOGETHER]
                self._text |= dict.fromkeys(part, module(new[name] for name in part))

    def text(self, source: Source) -> str:
        """The module of a kernel."""
        if source.name not in self._text:
            self.know((source,))
        return self._text[source.name]
