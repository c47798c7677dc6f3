"""Write core/riesz/conformance/references/<family>.json from the definitions beside this file.

    python tests/references/make.py [family ...]
    python tests/references/make.py --check [family ...]

With --check nothing is written: the points stored must be those declared, and the first case of
each operator, computed again, must give the numbers stored.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

import mpmath
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))  # PYTHONSAFEPATH leaves a script's folder out

import declare
from difference import DIGITS, STEP, computed

from riesz.conformance.reference_format import decode, encode

VERSION = 1
HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "core/riesz/conformance/references"
MACHINERY = ("declare", "difference", "make", "algebra", "places")
ROUNDING = 2.0**-51


def families() -> list[str]:
    """The names of the files with definitions."""
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in MACHINERY)


def declarations(family: str) -> dict[str, declare.Declaration]:
    """What one file declares."""
    before = set(declare.DECLARED)
    import_module(family)
    return {name: declare.DECLARED[name] for name in sorted(declare.DECLARED.keys() - before)}


def stored_points(case: declare.Case) -> dict[str, Any]:
    """What is stored of one application but its results."""
    stored: dict[str, Any] = {"x": [encode(x) for x in case.x]}
    if case.static:
        stored["static"] = {key: encode(value) for key, value in case.static.items()}
    if case.index is not declare.NO_INDEX:
        stored["index"] = encode(case.index)
    if case.entrywise:
        stored["entrywise"] = True
    if case.active:
        stored["active"] = list(case.active)
    return stored


def stored_results(case: declare.Case) -> dict[str, Any]:
    """Values, covectors of the results and of the arguments."""
    return {key: [encode(v) for v in arrays] for key, arrays in computed(case).items()}


def text(family: str) -> str:
    """The file of one family, a line for each case."""
    made = {
        "by": f"tests/references/make.py {VERSION}", "mpmath": mpmath.__version__,
        "digits": declare.mp.dps, "step": declare.mp.nstr(STEP), "agreed digits": DIGITS,
    }  # fmt: skip
    blocks = [f'  "{k}": {_block(d)}' for k, d in declarations(family).items()]
    head = f'{{"made": {json.dumps(made)},\n "operators": {{\n'
    return head + ",\n".join(blocks) + "\n}}\n"


def _block(declaration: declare.Declaration) -> str:
    stated = {key: getattr(declaration, key) for key in ("seen", "ulps", "reason")}
    rest = "".join(f'"{k}": {json.dumps(v)}, ' for k, v in stated.items() if v is not None)
    cases = (stored_points(case) | stored_results(case) for case in declaration.cases)
    lines = ",\n    ".join(json.dumps(case, separators=(",", ":")) for case in cases)
    return f'{{{rest}"cases": [\n    {lines}]}}'


def faults(family: str) -> list[str]:
    """What of a stored file is not what the definitions say."""
    stored = json.loads((TARGET / f"{family}.json").read_text(encoding="utf-8"))["operators"]
    declared = declarations(family)
    if stored.keys() != declared.keys():
        return [f"{family}: operators {sorted(stored.keys() ^ declared.keys())}"]
    return [f"{family}: {name}" for name in declared if _differs(declared[name], stored[name])]


def _differs(declaration: declare.Declaration, stored: dict[str, Any]) -> bool:
    points = [json.loads(json.dumps(stored_points(case))) for case in declaration.cases]
    keys = ("x", "static", "index", "entrywise", "active")
    if points != [{k: case[k] for k in keys if k in case} for case in stored["cases"]]:
        return True
    first, results = stored["cases"][0], stored_results(declaration.cases[0])
    return any(not _close(results[key], first[key]) for key in results)


def _close(given: list[Any], expected: list[Any]) -> bool:
    pairs = zip(map(decode, given), map(decode, expected), strict=True)
    return all(np.allclose(x, y, rtol=ROUNDING, atol=0, equal_nan=True) for x, y in pairs)


def main(arguments: list[str]) -> int:
    """Write or check the files of the families named, all of them by default."""
    checking = "--check" in arguments
    found = []
    for family in [a for a in arguments if a != "--check"] or families():
        start = perf_counter()
        if checking:
            found += faults(family)
        else:
            (TARGET / f"{family}.json").write_text(text(family), encoding="utf-8")
        print(f"{family}: {perf_counter() - start:.1f} s", flush=True)
    print("\n".join(f"not as declared: {fault}" for fault in found))
    return bool(found)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
