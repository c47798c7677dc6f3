"""Evidence: on what device a conformance run has executed which kernels, as JSON for docs/reports.

    python tests/evidence.py report.json [FOLDER]

`report.json`: of `riesz conformance --backend pycuda --report report.json`, on this machine and
with the kernels as they are now. The file is called by date and device.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections import Counter
from importlib.resources import files
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import kernel_texts

from riesz.backend import backends
from riesz.conformance.report import Report

REPORTS = Path(__file__).parents[1] / "docs" / "reports"
# What kernels are made by.
MAKERS = ("riesz_backends.cuda", "riesz_backends.pycuda", "riesz.formula", "riesz.plan")


def sources():
    """The digest of the files that kernels are made by: as long as it is equal, they are."""
    folders = [Path(str(files(package))) for package in MAKERS]
    found = sorted(f for folder in folders for f in folder.rglob("*") if f.suffix in (".py", ".cu"))
    parts = (f"{f.name}\0".encode() + f.read_bytes() for f in found)
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def evidence(report):
    """What a report shows of the backend's kernels."""
    (name,) = [name for name, about in report.backends.items() if "route" in about]
    route, _, device = report.backends[name]["route"].partition(": ")
    return {
        "date": report.date, "backend": name, "route": route, "device": device,
        "versions": versions(name, report), "platform": report.platform,
        "kernels": kernel_texts.digest(), "sources": sources(),
        "checks": report.checks, "seconds": report.seconds, "failed": report.failed,
        "results": {str(status): n for status, n in report.counts().items() if n},
        "operators_passed": passed(report.results), "left_out": list(report.left_out),
    }  # fmt: skip


def versions(name, report):
    """Of all that had a part in it: the driver and the compiler too, as the backend tells them."""
    told = backends.load(name).report()
    kept = {word: text for word, text in told.items() if word not in ("device", "cache")}
    library = report.backends[name]["library"]
    return {"riesz": report.riesz, "python": report.python, "library": library, **kept}


def passed(results):
    """How many operators passed every check that is supported, and did pass one."""
    of = {}
    for result in results:
        of.setdefault(result.operator, Counter())[str(result.status)] += 1
    return sum(n["passed"] > 0 and set(n) <= {"passed", "unsupported"} for n in of.values())


def write(report, folder):
    """The file that it was written to."""
    found = evidence(report)
    words = re.sub(r"\W+", "-", found["device"].partition(" (")[0]).strip("-").lower()
    file = folder / f"{found['date'][:10]}-{words}.json"
    file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return file


def last_real(folder=REPORTS):
    """The latest evidence from a GPU that failed nothing, or None."""
    found = (json.loads(file.read_text(encoding="utf-8")) for file in folder.glob("*.json"))
    real = [e for e in found if e["route"] == "REAL" and not e["failed"]]
    return max(real, key=lambda e: e["date"], default=None)


def line(folder=REPORTS):
    """Whether the kernels are those that were last executed on a GPU."""
    last = last_real(folder)
    if last is None:
        return "kernels: never executed on a GPU (no REAL evidence in docs/reports)"
    same = last["sources"] == sources() or last["kernels"] == kernel_texts.digest()
    changed = "as" if same else "CHANGED since"
    return f"kernels: {changed} last executed on a GPU, {last['device']}, {last['date'][:10]}"


def main(words):
    """Write the evidence of a report."""
    report = Report.from_json(json.loads(Path(words[0]).read_text(encoding="utf-8")))
    folder = Path(words[1]) if len(words) > 1 else REPORTS
    print(write(report, folder))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
