"""`riesz demo`: problems, descent, counts of steps, table, figure, errors."""

import argparse
import io
import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import riesz
from riesz.demo import command
from riesz.demo.canvas import Canvas
from riesz.demo.choice import choose
from riesz.demo.deblur import Deblur
from riesz.demo.descent import descend, path
from riesz.demo.inpaint import KEPT, LAMBDA, Inpaint
from riesz.demo.neuberger import Neuberger
from riesz.demo.photograph import averages, photograph
from riesz.demo.progress import Progress
from riesz.errors import BackendUnavailable, InvalidValue, MissingExtra

pytest.importorskip("matplotlib")
pytest.importorskip("rich")

from matplotlib.image import imread, imsave


def demo(*words):
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args([str(word) for word in words]))


def solve(problem, *metrics, limit=None):
    names = metrics or problem.metrics
    return [descend(problem, choose(problem, m), limit or problem.iterations) for m in names]


@pytest.fixture(scope="module")
def inpaint():
    return Inpaint(64, None, seed=0)


@pytest.fixture(scope="module")
def deblur():
    return Deblur(64, None, seed=0)


# --- the problems --------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "euclidean"), [(10, 2526), (20, 9543), (40, 36932)])
def test_neuberger_counts(n, euclidean):
    slow, fast = solve(Neuberger(n, None, 0))
    assert slow.reached
    assert slow.steps == pytest.approx(euclidean, rel=1e-3)  # a little is up to rounding
    assert fast.reached
    assert fast.steps in (20, 21)


@pytest.mark.parametrize("n", [8, 40, 160])
def test_neuberger_does_not_notice_the_mesh(n):
    (fast,) = solve(Neuberger(n, None, 0), "sobolev")
    assert fast.steps in (20, 21)
    assert fast.error < 0.25 / n**2


def test_inpaint_wants_a_positive_order(inpaint):
    slow, fast, rough = solve(inpaint, "euclidean", "sobolev:1:3", "sobolev:-1:3", limit=500)
    assert slow.reached
    assert fast.reached
    assert fast.steps * 8 < slow.steps
    assert rough.values[-1] > slow.values[-1]
    assert abs(fast.error - slow.error) < 0.1
    assert fast.error > inpaint.error(inpaint.start) + 4


def test_deblur_wants_a_negative_order(deblur):
    slow, fast, smooth = solve(deblur, limit=2000)
    assert fast.reached
    assert slow.reached
    assert fast.steps * 5 < slow.steps
    assert smooth.steps > 2 * slow.steps
    assert fast.error > deblur.error(deblur.given) + 2


def test_the_sobolev_gradient_is_smooth(inpaint):
    def roughness(g):
        return np.linalg.norm(np.diff(g)) / np.linalg.norm(g)

    slow, fast = solve(inpaint, limit=1)
    assert roughness(fast.gradient) < roughness(slow.gradient) / 3


def test_the_minimum_solves_the_normal_equations():
    problem = Inpaint(12, None, seed=3)
    D = np.diff(np.eye(12), axis=0)
    K = np.kron(D.T @ D, np.eye(12)) + np.kron(np.eye(12), D.T @ D)
    M = np.diag(problem.mask.ravel())
    x = np.linalg.solve(M + LAMBDA * K, M @ problem.b.ravel()).reshape(12, 12)
    assert problem.least == pytest.approx(problem.f(x), rel=1e-12)


def test_the_blur_is_self_adjoint_and_keeps_the_mean(deblur):
    x, y = np.random.default_rng(1).standard_normal((2, 64, 64))
    assert np.sum(deblur.blur(x) * y) == pytest.approx(np.sum(x * deblur.blur(y)), rel=1e-10)
    assert deblur.blur(x).mean() == pytest.approx(x.mean())


def test_the_mask_keeps_a_quarter(inpaint):
    assert abs(inpaint.mask.mean() - KEPT) < 0.03
    known = inpaint.mask == 1
    assert np.array_equal(inpaint.given[known], inpaint.truth[known])
    assert np.isnan(inpaint.given[~known]).all()


def test_the_seed_decides():
    same, again, other = (Inpaint(16, None, seed).b for seed in (5, 5, 6))
    assert np.array_equal(same, again)
    assert not np.array_equal(same, other)


# --- the descent ---------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", ["euclidean", "sobolev:1:3", "sobolev:0.5:2"])
def test_the_line_search_is_exact(inpaint, metric):
    steps = []
    path(inpaint, choose(inpaint, metric), 6, callback=steps.append)
    derivative = riesz.derivative(inpaint.f)
    for before, after in pairwise(steps):
        assert after.fun < before.fun
        a = derivative(after.x)
        scale = np.linalg.norm(a.value) * np.linalg.norm(before.grad)
        assert abs(a(before.grad)) < 1e-10 * scale


def test_it_stops_at_the_target_or_at_the_limit(inpaint):
    (descent,) = solve(inpaint, "sobolev")
    assert descent.values[-1] <= inpaint.target < descent.values[-2]
    assert inpaint.gap(descent.values[-1]) <= inpaint.tolerance
    (descent,) = solve(inpaint, "sobolev", limit=3)
    assert (descent.steps, descent.reached) == (3, False)


def test_nothing_left_to_do(tmp_path):
    picture = np.zeros((16, 16))
    picture[0, 0] = 1  # one bright pixel that the mask of seed 0 does not keep
    imsave(tmp_path / "dot.png", picture, cmap="gray")
    words = ("--image", tmp_path / "dot.png", "--size", 16, "--out", tmp_path / "out.png")
    assert Inpaint(16, tmp_path / "dot.png", 0).initial == 0
    assert demo(*words) == 0


# --- the photograph ------------------------------------------------------------------------------


def test_averages_keep_the_mean():
    for n, m in [(3, 7), (7, 3), (5, 5)]:
        W = averages(n, m)
        assert W.shape == (n, m)
        assert np.allclose(W.sum(axis=1), 1)
        assert np.allclose(W.sum(axis=0), n / m)


def test_the_photograph_is_grey_square_and_as_large_as_asked():
    picture = photograph(40)
    assert picture.shape == (40, 40)
    assert picture.dtype == np.float64
    assert 0 <= picture.min() < 0.1 < 0.9 < picture.max() <= 1
    assert picture.mean() == pytest.approx(photograph(512).mean())


@pytest.mark.parametrize("channels", [(), (3,), (4,)])
@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_image_files(tmp_path, channels, suffix):
    from PIL import Image

    if suffix == "jpg" and channels == (4,):
        pytest.skip("JPEG has no transparency")
    ramp = np.broadcast_to(np.arange(32)[:, None] * 8, (32, 20)).astype(np.uint8)
    pixels = np.stack([ramp] * 3 + [255 - 0 * ramp], -1)[..., : channels[0]] if channels else ramp
    file = tmp_path / f"ramp.{suffix}"
    Image.fromarray(pixels).save(file)
    expected = (np.arange(3, 23) * 8)[:, None] / 255 * np.ones(20)
    assert np.allclose(photograph(20, file), expected, atol=1e-6 if suffix == "png" else 0.02)


# --- the command ---------------------------------------------------------------------------------


def test_inpaint_from_the_shell(tmp_path, capsys):
    out = tmp_path / "sub" / "picture.png"
    out.parent.mkdir()
    assert demo("--size", 32, "--out", out, "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["metric"] for row in rows] == ["euclidean", "sobolev:1:3"]
    assert all(row["reached"] and row["figure"] == str(out) for row in rows)
    assert all(row["cost"] > 1 and row["seconds"] > 0 for row in rows)
    assert rows[0]["objective"] == pytest.approx(rows[1]["objective"], rel=1e-4)


@pytest.mark.parametrize(
    ("words", "images", "plots"),
    [
        (("--problem", "inpaint"), 8, 1),
        (("--problem", "deblur", "--iterations", 20), 11, 1),
        (("--problem", "inpaint", "--metric", "sobolev:2:1.5"), 5, 1),
        (("--problem", "neuberger"), 0, 3),
    ],
)
def test_the_figure(tmp_path, monkeypatch, capsys, words, images, plots):
    sheets = []
    save = Canvas.save
    monkeypatch.setattr(Canvas, "save", lambda self, out: sheets.append(self) or save(self, out))
    out = tmp_path / "figure.png"
    assert demo(*words, "--size", 16, "--out", out) == 0
    (sheet,) = sheets
    axes = sheet.figure.axes
    assert sum(len(a.images) for a in axes) == images
    assert sum(not a.images for a in axes) == plots
    pixels = imread(out)
    height, width, _ = pixels.shape
    assert (width, height) == pytest.approx(sheet.figure.bbox.size, abs=1)
    assert min(width, height) > 600
    for a in axes:  # something is drawn in every panel
        left, bottom, right, top = (int(x) for x in a.bbox.extents)
        assert pixels[height - top : height - bottom, left:right, :3].std() > 0.02
    assert f"Figure: {out}" in capsys.readouterr().out


@pytest.mark.parametrize("kind", [Deblur, Inpaint, Neuberger])
@pytest.mark.parametrize("count", [1, 4])
def test_words_stay_on_the_sheet(kind, count):
    problem = kind(16, None, 0)
    figure = problem.draw(solve(problem, *["sobolev"] * count, limit=5)).figure
    figure.canvas.draw()
    for words in figure.texts:
        extent = words.get_window_extent()
        assert extent.x0 >= 0
        assert extent.y0 >= 0
        assert extent.x1 <= figure.bbox.width
        assert extent.y1 <= figure.bbox.height


def test_the_table(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert demo("--problem", "neuberger", "--size", 10) == 0
    captured = capsys.readouterr()
    lines = [line.split() for line in captured.out.splitlines()]
    row = next(line for line in lines if "sobolev" in line)
    assert row[:3] == ["n", "=", "10"]
    assert row[4] in ("20", "21")
    assert "does not notice the mesh" in captured.out.replace("\n", " ").replace("  ", " ")
    assert (tmp_path / "riesz-demo-neuberger.png").stat().st_size > 10_000
    assert captured.err == ""  # no progress bar where nobody watches


def test_the_progress_bar(inpaint):
    from rich.console import Console

    file = io.StringIO()
    with Progress(Console(file=file, force_terminal=True, width=100)) as progress:
        (descent,) = solve(inpaint, "sobolev")
        progress.report(descent)
        progress.show(descent)
    assert f"{descent.steps} steps" in file.getvalue()
    assert "sobolev" in file.getvalue()


def test_a_backend_by_name(tmp_path, capsys):
    words = ("--problem", "neuberger", "--size", 8, "--out", tmp_path / "a.png", "--json")
    demo(*words, "--backend", "numpy")
    named = json.loads(capsys.readouterr().out)
    demo(*words)
    plain = json.loads(capsys.readouterr().out)
    assert [row["objective"] for row in named] == [row["objective"] for row in plain]


def test_no_window_is_ever_needed(tmp_path):
    program = (
        "import sys; from riesz.cli import main; "
        "status = main(['demo', '--size', '16', '--out', sys.argv[1]]); "
        "assert 'matplotlib.pyplot' not in sys.modules; sys.exit(status)"
    )
    out = tmp_path / "picture.png"
    subprocess.run([sys.executable, "-c", program, out], check=True, capture_output=True)
    assert out.exists()


# --- errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--size", 7), "--size is 7"),
        (("--iterations", 0), "--iterations is 0"),
        (("--seed", -1), "--seed is -1"),
        (("--metric", "riemann"), "unknown metric 'riemann'"),
        (("--metric", "euclidean:1"), "unknown metric"),
        (("--metric", "sobolev:one"), "'one'"),
        (("--metric", "sobolev:1:-3"), "lengthscale"),
        (("--problem", "neuberger", "--metric", "sobolev:2"), "order 2"),
        (("--image", "no-such-file.png"), "no-such-file.png"),
        (("--problem", "neuberger", "--image", "mine.png"), "no picture in Neuberger's problem"),
        (("--image", "."), "cannot read"),
        (("--image", __file__), "cannot read"),
    ],
)
def test_options_that_cannot_be_used(tmp_path, words, says):
    out = tmp_path / "figure.png"
    with pytest.raises(InvalidValue, match=says):
        demo("--out", out, *words)
    assert not out.exists()


def test_an_image_with_nothing_in_it(tmp_path):
    imsave(tmp_path / "flat.png", np.ones((20, 20)), cmap="gray")
    imsave(tmp_path / "tiny.png", np.eye(5), cmap="gray")
    for name in ("flat.png", "tiny.png"):
        with pytest.raises(InvalidValue, match="another picture"):
            photograph(16, tmp_path / name)


@pytest.mark.parametrize("out", ["no/such/folder/a.png", "a.pdf", "folder.png"])
def test_where_nothing_can_be_written(tmp_path, monkeypatch, out):
    (tmp_path / "folder.png").mkdir()
    monkeypatch.setattr(
        command, "problems", lambda args: pytest.fail("computed before it was seen")
    )
    with pytest.raises(InvalidValue, match="--out"):
        demo("--out", tmp_path / Path(out))


def test_a_backend_nobody_has(tmp_path):
    with pytest.raises(BackendUnavailable, match="abacus"):
        demo("--backend", "abacus", "--out", tmp_path / "a.png")


@pytest.mark.parametrize("package", ["matplotlib", "rich", "scipy"])
def test_a_package_that_is_missing(tmp_path, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    for name in [name for name in sys.modules if name.startswith(f"{package}.")]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtra, match=rf"{package}.*riesz\[demo\]"):
        demo("--size", 16, "--out", tmp_path / "a.png")
