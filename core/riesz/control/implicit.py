"""Implicit functions: fixed points and roots, differentiated by the implicit function theorem."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from riesz.calculus.argument import name_of
from riesz.calculus.reverse import stop_gradient
from riesz.checking import count
from riesz.errors import NotConverged

from .closure import converted
from .leaves import Leaves, refuse_traced
from .linear_system import System, differential, transposed_differential
from .packing import Packing
from .solution import root_of
from .solver import Solver, norm

DENSE = 200  # unknowns up to which the Jacobian of `root` is a matrix


def fixed_point(
    f: Callable[..., Any], x0: Any, *theta: Any, tol: float | None = None, maxiter: int = 1000,
    solver: str = "iteration",
) -> Any:  # fmt: skip
    """The x with x = f(x, *theta), by iterating f from x0; f must be a contraction near x.

    x0 and theta are trees. x is differentiated by theta (not x0), to any order and without keeping
    the iterates: dx = df_x dx + df_theta dtheta is solved by `solver`: "iteration" (the same one,
    transposed in reverse mode), "gmres" or "dense".

    Stops at |f(x) - x| <= tol max(|x|, |x0|), by default eps^(3/4): x and its derivative are as
    exact as this and the rate of contraction make them. Raises NotConverged after maxiter steps.

    >>> import numpy as np, riesz
    >>> f = lambda a: riesz.fixed_point(lambda x, a: (x + a / x) / 2, 1.0, a)      # sqrt(a)
    >>> round(float(f(2.0)), 9), round(float(riesz.grad(f)(2.0)), 9)
    (1.414213562, 0.353553391)
    """
    count("maxiter", maxiter)
    program = Problem(f, x0, theta, lambda x, y: x - y)
    linear = Solver(solver, tol, None if solver == "dense" else maxiter)

    def solve(x: Any, arrays: Sequence[Any]) -> Any:
        return _iterated(lambda x: x - program.F(x, *arrays), x, linear, maxiter, program.name)

    return program.solution(solve, linear)


def root(
    F: Callable[..., Any], x0: Any, *theta: Any, tol: float | None = None, maxiter: int = 50,
    solver: str | None = None,
) -> Any:  # fmt: skip
    """The x with F(x, *theta) = 0, by Newton's method from x0, F having the tree of x.

    x0 and theta are trees. x is differentiated by theta (not x0), to any order. `solver` is that of
    the linear systems: "dense" (the Jacobian as a matrix; default up to 200 unknowns) or "gmres".

    Steps are halved until |F| falls; it stops when one is at most tol max(|x|, |x0|), by default
    eps^(3/4), which leaves an error of the order of its square. Raises NotConverged after maxiter
    steps, or where the Jacobian is singular.

    >>> import numpy as np, riesz
    >>> f = lambda a: riesz.root(lambda x, a: x**3 - a, 1.0, a)
    >>> round(float(f(8.0)), 9), round(float(riesz.grad(f)(8.0)), 9)
    (2.0, 0.083333333)
    """
    count("maxiter", maxiter)
    program = Problem(F, x0, theta, lambda x, y: y)
    linear = Solver(solver or ("dense" if program.size <= DENSE else "gmres"), tol)

    def solve(x: Any, arrays: Sequence[Any]) -> Any:
        return _newton(lambda x: program.F(x, *arrays), x, linear, maxiter, program.name)

    return program.solution(solve, linear)


class Problem:
    """F(x, theta) = 0 on vectors, made from a function of trees."""

    def __init__(
        self, f: Callable[..., Any], x0: Any, theta: tuple[Any, ...], residual: Callable[..., Any]
    ) -> None:
        """`residual(x, f(x, *theta))` is F, both vectors."""
        self.name, self.residual = name_of(f), residual
        around, self.f = converted(f)
        self.packing, self.parameters = Packing(x0, self.name), Leaves((theta, around))
        self.x0 = self.packing.pack(stop_gradient(x0))
        self.size = self.x0.shape[0]
        self.arrays, self.parameters.arrays = self.parameters.arrays, ()

    def F(self, x: Any, *arrays: Any) -> Any:
        """The residual."""
        theta, around = self.parameters.join(arrays)
        y = self.f(around)(self.packing.unpack(x), *theta)
        return self.residual(x, self.packing.pack(y))

    def solution(self, solve: Callable[..., Any], linear: Solver) -> Any:
        """x, recorded as an implicit function of the parameters."""
        arrays, self.arrays = self.arrays, ()
        equation = Equation(self, solve, linear)
        x = root_of(equation, self.x0, arrays)
        return self.packing.unpack(x)


class Equation:
    """What `implicit_solution` needs: F, how to solve it, and its differential by x."""

    def __init__(self, problem: Problem, solve: Callable[..., Any], linear: Solver) -> None:
        """`solve(x0, theta)` works on plain arrays."""
        F = self.F = problem.F
        self.solve = solve
        self.linearised = System(
            problem.name,
            lambda x, *theta: differential(F, x, *theta),
            lambda x, *theta: transposed_differential(F, x, *theta),
            linear,
        )


def _iterated(f: Callable[..., Any], x: Any, solver: Solver, maxiter: int, name: str) -> Any:
    tol, size = solver.tolerance(x.dtype), norm(x)
    for _ in range(maxiter):
        y = f(x)
        refuse_traced((y,), name, "riesz.fixed_point")
        step, x = norm(y - x), y
        scale = max(size, norm(x))
        if not np.isfinite(scale):
            break
        if step <= tol * scale:
            return x
    raise NotConverged(
        f"fixed_point: {name} did not come to rest in {maxiter} steps: the last was {step:.3g} for "
        f"|x| = {norm(x):.3g}, and {tol:.3g} of |x| is asked for. It may be no contraction here: "
        "start nearer, damp it (x + 0.5 (f(x) - x)), raise maxiter, or use riesz.root."
    )


def _newton(F: Callable[..., Any], x: Any, solver: Solver, maxiter: int, name: str) -> Any:
    tol, size = solver.tolerance(x.dtype), norm(x)
    y = F(x)
    refuse_traced((y,), name, "riesz.root")
    for _ in range(maxiter):
        if norm(y) == 0:
            return x
        step = solver.solve(differential(F, x), -y, name)
        if norm(step) <= tol * max(norm(x), size):
            return x + step
        x, y = _damped(F, x, y, step, name)
    raise NotConverged(
        f"root: Newton's method for {name} stopped after {maxiter} steps with |F| = {norm(y):.3g} "
        f"at |x| = {norm(x):.3g}. Start nearer to the root, or raise maxiter or tol."
    )


def _damped(F: Callable[..., Any], x: Any, y: Any, step: Any, name: str) -> tuple[Any, Any]:
    """The longest of the steps 1, 1/2, 1/4, ... along which |F| falls."""
    for k in range(30):
        new = x + 0.5**k * step
        value = F(new)
        if norm(value) < norm(y):
            return new, value
    raise NotConverged(
        f"root: no step of Newton's method makes |F| = {norm(y):.3g} of {name} fall at |x| = "
        f"{norm(x):.3g}: it may be a minimum of |F| that is no root. Start elsewhere."
    )
