"""The columns of the GPU benchmark: libraries that compute value and gradient, and their clocks."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np
from gpu_programs import Program, in_turn

import riesz
from riesz.backend import backends

os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # jax leaves memory for the others
Run = Callable[[], Any]  # value and gradient


@dataclass(frozen=True)
class Column:
    """`prepare(program, numbers)` moves the numbers; what it returns computes the gradient."""

    name: str
    absent: str | None
    prepare: Callable[[Program, dict[str, Any]], Run] | None = None
    seconds: Callable[[Run], float] | None = None
    host: Callable[[Any], Any] = np.asarray


def columns(names: list[str], dry: bool) -> list[Column]:
    """By hand, Riesz on each backend of these names, and the others that are installed."""
    found = [by_hand(dry)]
    for name in names:
        found += [riesz_column(name, compiled) for compiled in (False, True)]
    return [*found, torch_column(False, dry), torch_column(True, dry), jax_column(dry)]


# --- clocks ---------------------------------------------------------------------------------------


def on_the_host(run: Run) -> float:
    """The time until it returns."""
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def by_events(event: Callable[[], Any], elapsed: Callable[[Any, Any], float], run: Run) -> float:
    """The time between two events of the device; `elapsed` in milliseconds."""
    begin, end = event(), event()
    begin.record()
    run()
    end.record()
    end.synchronize()
    return elapsed(begin, end) / 1e3


def clock_of(name: str) -> Callable[[Run], float]:
    """The clock of a backend's device."""
    if name == "cupy":
        import cupy

        return partial(by_events, cupy.cuda.Event, cupy.cuda.get_elapsed_time)
    if name == "pycuda":
        from riesz_backends.pycuda.device import device

        return partial(by_events, device().driver.Event, lambda a, b: b.time_since(a))
    return on_the_host


# --- columns --------------------------------------------------------------------------------------


def by_hand(dry: bool) -> Column:
    """CuPy as its users write it; NumPy in a dry run."""
    backend = backends.load("numpy" if dry else "cupy")
    reason = backend.probe()
    name = f"{backend.name} by hand"
    if reason is not None:
        return Column(name, reason)

    def prepare(program: Program, numbers: dict[str, Any]) -> Run:
        library = np if dry else __import__("cupy")
        return partial(program.hand, library, **moved(numbers, library.asarray))

    return Column(name, None, prepare, clock_of(backend.name), backend.to_numpy)


def riesz_column(name: str, compiled: bool) -> Column:
    """Riesz on a backend."""
    backend = backends.load(name)
    reason = backend.probe()
    title = f"riesz {name}{' compiled' if compiled else ''}"
    if reason is not None:
        return Column(title, reason)

    def prepare(program: Program, numbers: dict[str, Any]) -> Run:
        arrays = {k: backend.asarray(v) for k, v in numbers.items() if isinstance(v, np.ndarray)}
        objective = program.by_plugin if find_spec("riesz_kernels") else None
        known = {k: v for k, v in numbers.items() if k not in arrays}
        objective = partial(objective or program.objective, np, **known)
        f = riesz.value_and_grad(lambda *x: objective(**dict(zip(arrays, x, strict=True))))
        return partial(riesz.compile(f) if compiled else f, *arrays.values())

    return Column(title, None, prepare, clock_of(name), backend.to_numpy)


def torch_column(compiled: bool, dry: bool) -> Column:
    """Torch, as it is or by its compiler."""
    name = "torch.compile" if compiled else "torch"
    if find_spec("torch") is None:
        return Column(name, "torch is not installed")
    import torch

    if not dry and not torch.cuda.is_available():
        return Column(name, "torch sees no GPU")
    torch.set_float32_matmul_precision("highest")  # no TF32
    place = "cpu" if dry else "cuda"

    def prepare(program: Program, numbers: dict[str, Any]) -> Run:
        x, given = split(moved(numbers, partial(torch.as_tensor, device=place)))
        x.requires_grad_()

        whole = compiled and "steps" not in given
        if compiled and not whole:  # its compiler's time grows with the steps
            known: dict[str, Any] = {}
            given["loop"] = lambda step, x, steps: in_turn(
                known.setdefault("step", torch.compile(step)), x, steps
            )

        def objective(x: Any) -> Any:
            return program.objective(torch, x, **given)

        f = torch.compile(objective) if whole else objective

        def run() -> tuple[Any, Any]:
            value = f(x)
            return value.detach(), torch.autograd.grad(value, x)[0]

        return run

    event = partial(torch.cuda.Event, enable_timing=True)
    clock = on_the_host if dry else partial(by_events, event, lambda a, b: a.elapsed_time(b))
    return Column(name, None, prepare, clock, lambda x: x.cpu().numpy())


def jax_column(dry: bool) -> Column:
    """Jax, compiled; its clock is the host's, until what was computed is there."""
    if find_spec("jax") is None:
        return Column("jax", "jax is not installed")
    import jax

    if not dry and jax.default_backend() != "gpu":
        return Column("jax", "jax sees no GPU")
    jax.config.update("jax_default_matmul_precision", "highest")  # no TF32

    def prepare(program: Program, numbers: dict[str, Any]) -> Run:
        x, given = split(moved(numbers, jax.numpy.asarray))
        if "steps" in given:  # its compiler's time grows with the steps it is given
            given["loop"] = lambda step, x, steps: jax.lax.scan(
                lambda x, _: (step(x), None), x, length=steps
            )[0]
        f = jax.jit(jax.value_and_grad(lambda x: program.objective(jax.numpy, x, **given)))
        return lambda: jax.block_until_ready(f(x))

    return Column("jax", None, prepare, on_the_host)


def moved(numbers: dict[str, Any], move: Callable[[Any], Any]) -> dict[str, Any]:
    """The arrays on a device; plain numbers as they are."""
    return {k: move(v) if isinstance(v, np.ndarray) else v for k, v in numbers.items()}


def split(numbers: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """What is differentiated by, and the constants."""
    return numbers["x"], {k: v for k, v in numbers.items() if k != "x"}


def forget() -> None:
    """Give back what pools hold: the next column may need it."""
    import gc

    gc.collect()
    with suppress(ImportError):
        import cupy

        cupy.get_default_memory_pool().free_all_blocks()
    with suppress(ImportError):
        import torch

        torch.cuda.empty_cache()
