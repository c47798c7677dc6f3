"""The figures of metrics.md, from the experiments.

python docs/draw_figures.py            draw all into docs/figures
python docs/draw_figures.py poisson    draw those whose name has this word
"""

import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from experiments import local_refinement, physics_informed, pictures, poisson_control, registration
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

import riesz
from riesz.demo.canvas import COLOURS, INK, PALE
from riesz.demo.choice import choose
from riesz.demo.descent import path
from riesz.demo.neuberger import Neuberger

PHOTOGRAPHS = ("inpainting", "deblurring")
FIGURES = Path(__file__).parent / "figures"
BAD, GOOD, OTHER = COLOURS[:3]
SIZES = (10, 20, 40)


def sheet(columns: int, height: float = 3.2, aspect: float = 1.25) -> tuple[Figure, Any]:
    """A figure with a row of plots."""
    figure = Figure((columns * height * aspect, height), dpi=100, layout="constrained")
    axes = figure.subplots(1, columns)
    for place in axes:
        place.spines[["top", "right"]].set_visible(False)
        place.tick_params(colors=PALE, labelsize=8)
        place.grid(color="#e5e7eb", lw=0.6)
    return figure, axes


def titled(axes: Any, title: str, x: str, legend: str = "best") -> None:
    """What a plot shows."""
    axes.set_title(title, loc="left", size=10, color=INK)
    axes.set_xlabel(x, size=9, color=PALE)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False, fontsize=9, labelcolor="linecolor", loc=legend)


def picture(axes: Any, pixels: Any, title: str, tint: str = INK) -> None:
    """A picture without ticks; its title has the colour of its curve beside it."""
    axes.imshow(pixels, cmap="gray", vmin=0, vmax=1)
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.set_title(title, loc="left", size=10, color=tint)


def draw_local_refinement() -> Figure:
    """Steps against the ratio of cells; the first gradient; the fourth iterate."""
    figure, (steps, gradients, iterates) = sheet(3)
    ratios = [2**k for k in local_refinement.BISECTIONS]
    for in_l2, colour, name in ((False, BAD, "Euclidean"), (True, GOOD, "L²")):
        runs = [local_refinement.descend(k, in_l2) for k in local_refinement.BISECTIONS]
        steps.loglog(ratios, [run.nit for run in runs], "o-", color=colour, label=name)
        x = local_refinement.nodes(4)
        first = gradient_at_start(4, in_l2)
        gradients.plot(x, first / np.abs(first).max(), ".-", color=colour, label=name)
        after = local_refinement.descend(4, in_l2) if in_l2 else some_steps(4)
        label = f"{name}, after {after.nit} step" + ("s" if after.nit > 1 else "")
        iterates.plot(x, after.x, ".-", color=colour, label=label)
    titled(steps, "steps to 1e-6 of the first value", "largest / smallest cell")
    titled(gradients, "first gradient (scaled), ratio 16", "x")
    titled(iterates, "iterates; the solution is 1", "x")
    return figure


def gradient_at_start(bisections: int, in_l2: bool) -> Any:
    """The gradient there."""
    M = local_refinement.mass(local_refinement.nodes(bisections))
    start = np.random.default_rng(0).standard_normal(len(M))
    return start - 1 if in_l2 else M @ (start - 1)


def some_steps(bisections: int) -> Any:
    """Ten Euclidean steps."""
    return local_refinement.descend(bisections, in_l2=False, max_steps=10)


def draw_neuberger() -> Figure:
    """Steps against the mesh, and the first gradients."""
    figure, (steps, gradients) = sheet(2)
    problems = [Neuberger(n, None, 0) for n in SIZES]
    for name, colour in (("euclidean", BAD), ("sobolev", GOOD)):
        label = "H¹" if name == "sobolev" else "Euclidean"
        runs = [neuberger_run(problem, name) for problem in problems]
        steps.loglog(SIZES, [run.nit for run in runs], "o-", color=colour, label=label)
        g = riesz.grad(problems[-1].f, metric=neuberger_metric(problems[-1], name))(
            problems[-1].start
        )
        gradients.plot(problems[-1].t, g / np.abs(g).max(), color=colour, label=label)
    steps.set_xticks(SIZES, SIZES)
    steps.minorticks_off()
    titled(steps, "steps to 1e-10 of the first value", "intervals")
    titled(gradients, "first gradient (scaled), 40 intervals", "t")
    return figure


def neuberger_metric(problem: Neuberger, name: str) -> Any:
    """None for Euclidean."""
    return problem.sobolev(1, 1) if name == "sobolev" else None


def neuberger_run(problem: Neuberger, name: str) -> Any:
    """The demo's descent."""
    return path(problem, choose(problem, name), problem.iterations, problem.target)


def draw_poisson_control() -> Figure:
    """Steps against refinement, the convergence, and the optimal control."""
    figure, (steps, values, control) = sheet(3)
    ratios = [2**k for k in poisson_control.BISECTIONS]
    for in_l2, colour, name in ((False, BAD, "Euclidean"), (True, GOOD, "L²")):
        runs = [poisson_control.descend(k, in_l2) for k in poisson_control.BISECTIONS]
        steps.loglog(ratios, [run.nit for run in runs], "o-", color=colour, label=name)
        for k, run in zip(poisson_control.BISECTIONS, runs, strict=True):
            least = poisson_control.problem(k)[1]
            gaps = [record.fun - least for record in run.history]
            label = name if k == 0 else None
            values.loglog(range(1, len(gaps) + 1), gaps, color=colour, lw=1, alpha=0.7, label=label)
    problem, _ = poisson_control.problem(8)
    u = poisson_control.descend(8, True).x.reshape([len(problem.mesh)] * 2)
    shown = control.pcolormesh(problem.mesh, problem.mesh, u.T, cmap="RdBu_r", shading="gouraud")
    control.grid(visible=False)
    figure.colorbar(shown, ax=control).ax.tick_params(labelsize=8, colors=PALE)
    titled(steps, "L-BFGS steps to 1e-9 of the first gap", "largest / smallest cell")
    titled(values, "J − min J, on all five meshes", "steps + 1")
    titled(control, "the optimal control (ratio 256)", "x")
    return figure


def draw_pictures(name: str, together: int) -> Figure:
    """The given picture, and each metric after the steps that the best one needs."""
    figure, axes = sheet(5, 2.4, 0.9)
    problem = pictures.problem(name)
    picture(axes[0], problem.given, "given")
    for place, order, colour in zip(axes[1:], pictures.ORDERS, (OTHER, BAD, GOOD), strict=False):
        x = pictures.descend(name, order, together).x
        picture(place, x, f"order {order}: {problem.error(x):.1f} dB", colour)
        gaps = [problem.gap(r.fun) for r in pictures.descend(name, order).history]
        axes[4].loglog(range(1, len(gaps) + 1), gaps, color=colour)
    axes[4].axhline(problem.tolerance, color=PALE, lw=0.8, ls=":")
    titled(axes[4], "gap of the objective", "L-BFGS steps + 1")
    axes[1].set_xlabel(f"after {together} steps each", size=9, color=PALE)
    return figure


def draw_registration() -> Figure:
    """Source, target, and what each metric makes of it in five steps."""
    together = 5
    figure, axes = sheet(6, 2.1, 0.92)
    picture(axes[0], registration.SOURCE, "source")
    picture(axes[1], registration.TARGET, "target")
    best = registration.descend("H2").fun
    names = {"euclidean": ("Euclidean", BAD), "H1": ("H¹", OTHER), "H2": ("H²", GOOD)}
    for place, (metric, (name, colour)) in zip(axes[2:], names.items(), strict=False):
        v = registration.descend(metric, max_steps=together).x
        picture(place, registration.carried(v), f"{name}, {together} steps", colour)
        flow(place, v)
        history = registration.descend(metric, max_steps=150).history
        gaps = [max(record.fun - best, 1e-9) for record in history]
        axes[5].loglog(range(1, len(gaps) + 1), gaps, color=colour)
    axes[5].set_ylim(1e-4)
    titled(axes[5], "f − min f", "L-BFGS steps + 1")
    return figure


def flow(axes: Any, v: Any) -> None:
    """A velocity as arrows."""
    every = slice(2, None, 5)
    y, x = np.mgrid[every.start : registration.N : 5, every.start : registration.N : 5]
    vy, vx = (component[every, every] for component in v)
    axes.quiver(x, y, vx, vy, color="#facc15", angles="xy", scale_units="xy", scale=0.6, width=6e-3)


def draw_physics_informed() -> Figure:
    """Loss against steps and against time."""
    figure, (losses, seconds, solutions) = sheet(3)
    run, rates = physics_informed.natural(60), (1e-3, 1e-2, 3e-2)
    history = [record.fun for record in run.history]
    losses.loglog(range(1, len(history) + 1), history, color=GOOD)
    seconds.semilogy(
        [r.seconds for r in run.history], history, color=GOOD, label="natural gradient"
    )
    for rate, shade in zip(rates, (0.35, 0.6, 1.0), strict=True):
        begin = perf_counter()
        _, adam = physics_informed.adam(3000, rate)
        time = perf_counter() - begin
        losses.loglog(range(1, 3001), adam, color=BAD, alpha=shade)
        label = f"Adam, rate {rate:g}"
        seconds.semilogy(np.linspace(0, time, 3000), adam, color=BAD, alpha=shade, label=label)
    x = np.linspace(0, 1, 200)
    exact = np.sin(np.pi * x)
    adam_10, _ = physics_informed.adam(11, 3e-2)
    for p, colour, name in (
        (adam_10, BAD, "Adam"),
        (physics_informed.natural(10).x, GOOD, "natural gradient"),
    ):
        solutions.plot(x, physics_informed.solution(p, x), color=colour, label=name)
    solutions.plot(x, exact, color=PALE, lw=4, alpha=0.4, label="sin πx")
    titled(losses, "loss", "steps + 1")
    seconds.set_ylim(1e-11, 1e9)
    titled(seconds, "loss", "seconds", "upper right")
    titled(solutions, "u after 10 steps", "x")
    return figure


DRAWN: dict[str, Callable[[], Figure]] = {
    "local-refinement": draw_local_refinement,
    "neuberger": draw_neuberger,
    "poisson-control": draw_poisson_control,
    "inpainting": lambda: draw_pictures("inpaint", 7),
    "deblurring": lambda: draw_pictures("deblur", 17),
    "registration": draw_registration,
    "physics-informed": draw_physics_informed,
}


def save(figure: Figure, name: str) -> None:
    """As a PNG of few colours."""
    buffer = io.BytesIO()
    figure.savefig(buffer, facecolor="white")
    image = Image.open(buffer).convert("RGB")
    how = {"palette": palette()} if name in PHOTOGRAPHS else {"method": Image.Quantize.MAXCOVERAGE}
    few = image.quantize(96, dither=Image.Dither.NONE, **how)
    few.save(FIGURES / f"{name}.png", optimize=True)


def palette() -> Image.Image:
    """64 greys, which stay grey, and shades of the colours drawn with."""
    greys = [(k / 63,) * 3 for k in range(64)]
    inks = [to_rgb(name) for name in (*COLOURS[:3], INK, PALE, "#facc15", "#e5e7eb")]
    shades = [[1 - k / 8 * (1 - c) for c in ink] for ink in inks for k in range(1, 9)]
    image = Image.new("P", (1, 1))
    image.putpalette([round(255 * c) for rgb in [*greys, *shades] for c in rgb])
    return image


def main(words: Sequence[str]) -> None:
    """Draw what is asked for."""
    FIGURES.mkdir(exist_ok=True)
    for name, draw in DRAWN.items():
        if not words or any(word in name for word in words):
            save(draw(), name)
            print(FIGURES / f"{name}.png")


if __name__ == "__main__":
    main(sys.argv[1:])
