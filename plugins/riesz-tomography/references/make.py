"""Write riesz_tomography/references/tomography.json: projections computed with 50 digits.

    python references/make.py [--check]

Nothing of the package is used but the names of the geometries' fields. A ray is the line through
two points: the source and a bin of the detector, or a bin and the direction of the beam. What it
gives a pixel is Joseph's weight, the hat function of the distance between the pixel and the point
where the ray crosses the pixel's row (its column, if the ray is rather horizontal). Values are W x
and W' a, rounded to double precision; W is summed over all rays and pixels.
"""

from __future__ import annotations

import json
import sys
from importlib.resources import files
from pathlib import Path

import mpmath
import numpy as np
from mpmath import mp, mpf

from riesz.conformance.reference_format import encode
from riesz_tomography import Fan, Geometry, Parallel

mp.dps = 50
TARGET = Path(__file__).parents[1] / "riesz_tomography/references/tomography.json"
COVECTOR = (1.0, -0.5, 0.75, 2.0, -1.25, 0.375, -3.0)
FLAT = {"source_origin": 6.0, "origin_detector": 3.0}
CURVED = {"source_origin": 9.0, "curved": True, "offset": -0.3}
GEOMETRIES = (
    (Parallel((0.0, 0.25, 0.75, 1.0, 1.5, 2.0, 3.0, -0.5), 7, shape=(5, 6)), ()),
    (Parallel((0.125, 1.75), 5, 0.75, shape=(3, 7), pixel=0.5, offset=0.25), (2,)),
    (Parallel((0.5, 1.25), 2, shape=1, pixel=2.0), ()),
    (Fan((0.0, 0.6, 1.1, 2.3, 4.5), 6, 1.5, shape=(4, 5), **FLAT), ()),
    (Fan((0.2, 3.3), 5, 0.9, shape=(6, 3), pixel=1.5, **CURVED), (2,)),
)  # fmt: skip


def points(geometry: Geometry, angle: float, k: int) -> tuple[tuple[mpf, mpf], tuple[mpf, mpf]]:
    """Two points of a ray."""
    t = mpf(angle)
    s = (k - mpf(geometry.detectors - 1) / 2) * mpf(geometry.spacing) + mpf(geometry.offset)
    along, away = (mp.cos(t), mp.sin(t)), (-mp.sin(t), mp.cos(t))
    if not isinstance(geometry, Fan):
        bin_ = (s * along[0], s * along[1])
        return bin_, (bin_[0] + away[0], bin_[1] + away[1])
    D, R = mpf(geometry.source_origin), mpf(geometry.source_origin) + mpf(geometry.origin_detector)
    source = (-D * away[0], -D * away[1])
    u, v = (R * mp.sin(s / R), R * mp.cos(s / R)) if geometry.curved else (s, R)
    return source, tuple(p + u * a + v * w for p, a, w in zip(source, along, away, strict=True))


def matrix(geometry: Geometry) -> list[list[mpf]]:
    """W, a row for every ray and a column for every pixel."""
    return [
        weights(geometry, *points(geometry, angle, k))
        for angle in geometry.angles
        for k in range(geometry.detectors)
    ]


def weights(geometry: Geometry, p: tuple[mpf, mpf], q: tuple[mpf, mpf]) -> list[mpf]:
    rows, columns = geometry.shape
    h, dx, dy = mpf(geometry.pixel), q[0] - p[0], q[1] - p[1]
    vertical = abs(dy) >= abs(dx)
    length = h * mp.hypot(dx, dy) / max(abs(dx), abs(dy))
    row = []
    for i in range(rows):
        for j in range(columns):
            X, Y = (j - mpf(columns - 1) / 2) * h, (mpf(rows - 1) / 2 - i) * h
            crossing = p[0] + (Y - p[1]) * dx / dy if vertical else p[1] + (X - p[0]) * dy / dx
            away = abs(crossing - (X if vertical else Y)) / h
            row.append(length * max(1 - away, mpf(0)))
    return row


def product(W: list[list[mpf]], x: np.ndarray, made: tuple[int, ...]) -> np.ndarray:
    """W applied to every slice."""
    slices = x.reshape(-1, len(W[0]))
    y = [
        [mp.fsum(w * v for w, v in zip(row, s.tolist(), strict=True)) for row in W] for s in slices
    ]
    kind = complex if x.dtype.kind == "c" else float
    return np.array([[kind(v) for v in row] for row in y]).reshape(*x.shape[:-2], *made)


def case(W: list[list[mpf]], geometry: Geometry, x: np.ndarray, made: tuple[int, ...]) -> dict:
    transposed = [list(column) for column in zip(*W, strict=True)]
    y = product(W, x, made)
    a = np.resize(np.array(COVECTOR), y.shape)
    a = a + 1j * a[..., ::-1] if x.dtype.kind == "c" else a
    g = product(transposed, a, x.shape[-2:])
    arrays = {name: [encode(v)] for name, v in zip("xyag", (x, y, a, g), strict=True)}
    return arrays | {"static": {"geometry": encode(geometry)}, "active": [0]}


def drawn(rng: np.random.RandomState, *shape: int) -> list[np.ndarray]:
    """A real and a complex array of multiples of 1/64."""
    real, imaginary = (rng.randint(-128, 129, shape) / 64 for _ in range(2))
    return [real, real + 1j * imaginary]


def text() -> str:
    rng, cases = np.random.RandomState(5), {"project": [], "backproject": []}
    for geometry, leading in GEOMETRIES:
        W = matrix(geometry)
        transposed = [list(column) for column in zip(*W, strict=True)]
        for x in drawn(rng, *leading, *geometry.shape):
            cases["project"].append(case(W, geometry, x, geometry.sinogram_shape))
        for a in drawn(rng, *leading, *geometry.sinogram_shape):
            cases["backproject"].append(case(transposed, geometry, a, geometry.shape))
    made = {"by": "references/make.py 1", "mpmath": mpmath.__version__, "digits": mp.dps}
    blocks = [f'  "{name}": {block(found)}' for name, found in cases.items()]
    head = f'{{"made": {json.dumps(made)},\n "operators": {{\n'
    return head + ",\n".join(blocks) + "\n}}\n"


def block(cases: list[dict]) -> str:
    lines = ",\n    ".join(json.dumps(c, separators=(",", ":")) for c in cases)
    return f'{{"cases": [\n    {lines}]}}'


def main(arguments: list[str]) -> int:
    """Write the file, or compare the one installed; the status is 1 where it differs."""
    made = text()
    if "--check" not in arguments:
        TARGET.write_text(made, encoding="utf-8")
        return 0
    stored = files("riesz_tomography").joinpath("references", TARGET.name).read_text("utf-8")
    same = json.loads(made)["operators"] == json.loads(stored)["operators"]
    print("as defined" if same else f"{TARGET.name} is not what the definitions give")
    return int(not same)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
