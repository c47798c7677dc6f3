"""Samples of assignment."""

from __future__ import annotations

from collections.abc import Iterator

from riesz.conformance.sample import Draw, Sample, samples

from .index import additions


@samples("index_set")
def assignments(draw: Draw) -> Iterator[Sample]:
    """At every kind of place, also twice at one."""
    yield from additions(draw)
