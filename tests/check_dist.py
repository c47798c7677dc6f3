"""Check what a built distribution holds: `python tests/check_dist.py DIRECTORY`."""

import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

ROOTS = {"riesz", "riesz_backends"}
PARTS = ("page.html", "page.css", "report.js", "header.js", "matrix.js", "cell.js")
PAGE = {f"riesz/conformance/page/{part}" for part in PARTS}
REQUIRED = {"riesz/py.typed", "riesz/__init__.py", "riesz_backends/numpy/__init__.py"} | PAGE
ENTRY_POINTS = ("[console_scripts]", "[riesz.backends]", "[riesz.plugins]")
FOREIGN = {"tests", "docs", "plugins"}


def wheel_faults(wheel: Path) -> list[str]:
    """What is missing from the wheel, or in it without a place there."""
    with zipfile.ZipFile(wheel) as archive:
        names = [PurePosixPath(name) for name in archive.namelist()]
        info = next(name.parts[0] for name in names if name.parts[0].endswith(".dist-info"))
        declared = archive.read(f"{info}/entry_points.txt").decode()
    files = {str(name) for name in names}
    missing = (REQUIRED | {f"{info}/licenses/LICENSE"}) - files
    strangers = {
        str(n) for n in names if n.parts[0] not in ROOTS | {info} or FOREIGN & set(n.parts)
    }
    return (
        [f"missing: {name}" for name in sorted(missing)]
        + [f"does not belong: {name}" for name in sorted(strangers)]
        + [f"no entry points {group}" for group in ENTRY_POINTS if group not in declared]
        + ["riesz_backends has an __init__.py: it must stay a namespace package"]
        * ("riesz_backends/__init__.py" in files)
    )


def sdist_faults(sdist: Path) -> list[str]:
    """What a rebuild from the source distribution would lack."""
    with tarfile.open(sdist) as archive:
        names = {str(PurePosixPath(*PurePosixPath(n).parts[1:])) for n in archive.getnames()}
    wanted = {"LICENSE", "README.md", "pyproject.toml", "core/riesz/py.typed"}
    return [f"missing from the sdist: {name}" for name in sorted(wanted - names)]


def main(directory: Path) -> int:
    """Print every fault; the exit status counts them."""
    (wheel,) = directory.glob("*.whl")
    (sdist,) = directory.glob("*.tar.gz")
    faults = wheel_faults(wheel) + sdist_faults(sdist)
    print("\n".join(faults) or f"{wheel.name} and {sdist.name} hold what they should")
    return len(faults)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
