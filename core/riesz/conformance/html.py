"""A report of the conformance suite as one HTML page that needs no network.

The page holds the report as data and shows it by a script of its own; nothing of the report is ever
markup, so whatever an operator calls itself stays text. Its content security policy allows that one
script and no connection.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from riesz.registry import registry

Json = Mapping[str, Any]
SCRIPTS = ("report.js", "header.js", "matrix.js", "cell.js")  # parts of one, in this order
NAMES = ("operator", "backend", "check", "dtype", "status", "reason")
PART = re.compile(r"@(policy|style|data|script)@")


def page(report: Json) -> str:
    """The page of a report, given as what its JSON holds.

    Operators are grouped by the families of those registered here.
    """
    script = "\n".join(map(_file, SCRIPTS))
    parts = {
        "policy": f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'",
        "style": _file("page.css"),
        "data": _embedded({**_packed(report), "families": _families(report["results"])}),
        "script": script,
    }
    return PART.sub(lambda part: parts[part[1]], _file("page.html"))


def _file(name: str) -> str:
    return (files("riesz.conformance") / "page" / name).read_text(encoding="utf-8")


def _families(results: Sequence[Json]) -> dict[str, str]:
    """operator -> family, of the operators known here."""
    registry.load()
    named = {result["operator"] for result in results} & registry.operators.keys()
    return {name: registry.operators[name].family for name in sorted(named)}


def _packed(report: Json) -> dict[str, Any]:
    """The report with each name written once: a result is a row of positions, then its numbers."""
    results = report["results"]
    names = {field: list(dict.fromkeys(r[field] for r in results)) for field in NAMES}
    places = {field: {name: i for i, name in enumerate(names[field])} for field in NAMES}
    rows = [
        [places[field][r[field]] for field in NAMES]
        + [_number(r["error"]), _number(r["tolerance"]), r["checks"]]
        for r in results
    ]
    return {"report": {**report, "results": None}, "names": names, "rows": rows}


def _number(x: float | str | None) -> float | str | None:
    """Four digits of x, a number or a word like "inf"; as a word where JSON has no such number."""
    if x is None:
        return None
    value = float(x)
    if math.isfinite(value):
        return float(f"{value:.4g}")
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _embedded(value: Any) -> str:
    """JSON that cannot end the element it stands in."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return re.sub(r"[<>&]", lambda found: f"\\u{ord(found[0]):04x}", text)
