"""What to use instead of functions that work in place or leave the array world."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

CONVERSION = (
    "A traced value cannot become a plain NumPy array: its derivative would be lost. Use np.stack "
    "or riesz.array instead of np.array([x[0], x[1]]); x itself, or riesz.array(x), instead of "
    "np.asarray(x); riesz.at(b)[i].set(x) instead of b[i] = x; riesz.stop_gradient(x) where a "
    "constant is meant."
)

NUMBER = (
    "float() of a traced value would cut its derivative (math.sin(x) and array[i] = x call it "
    "too). Use np.sin instead of math.sin, riesz.at for item assignment, and "
    "float(riesz.stop_gradient(x)) where a constant is meant."
)

RECORDED_INDEX = (
    "Integers or booleans that are known only when a compiled program runs cannot become a plain "
    "NumPy array, as in table[i] and np.take(table, i) for a constant table, where NumPy asks "
    "nobody but the table. Use riesz.at(table)[i].get(), pass the table to the compiled function "
    "as an argument, or write np.where(mask, table, x)."
)

REPLACEMENTS = {
    "put": "It works in place; use riesz.at(x)[index].set(values).",
    "put_along_axis": "It works in place; use riesz.at(x)[index].set(values).",
    "place": "It works in place; use np.where(mask, values, x).",
    "putmask": "It works in place; use np.where(mask, values, x).",
    "copyto": "It works in place; use np.where(mask, source, x), or the source itself.",
    "fill_diagonal": "It works in place; use np.where(np.eye(n, dtype=bool), value, x).",
    "save": "It writes a file; save riesz.stop_gradient(x).",
    "savez": "It writes a file; save riesz.stop_gradient(x).",
    "array2string": "It makes text; format riesz.stop_gradient(x).",
    "array_repr": "It makes text; format riesz.stop_gradient(x).",
    "trim_zeros": "np.poly1d calls it, which keeps plain arrays; use np.polyval(c, x), np.polymul, "
    "np.polyder, np.polyint.",
    "__getitem__": "It converts what it is given; use np.concatenate or np.stack.",
    "_call_as_normal": "It calls Python once for each number; NumPy's functions take whole arrays "
    "(np.where for `if`), and riesz.array([f(v) for v in x]) is the loop that it runs.",
    "polynomial": "It converts what it is given; use np.polyval, np.polyfit and np.vander, or "
    "chebvander(points, n) @ c, legvander and so on, for traced coefficients c.",
    "full": "Its value cannot be traced; use value * np.ones(shape) or np.broadcast_to.",
    "full_like": "Beside a plain array its value cannot be traced; use value * np.ones_like(a).",
}

PUBLIC = {"__getitem__": "np.r_ or np.c_", "_call_as_normal": "np.vectorize"}

SOLVERS = {
    "integrate": "A time step of NumPy's functions in riesz.scan solves a differential equation "
    "too; np.trapezoid integrates samples.",
    "optimize": "riesz.root and riesz.fixed_point solve equations, riesz.minimize minimises.",
    "interpolate": "np.interp interpolates linearly.",
    "ndimage": "riesz.scipy.signal has convolve and fftconvolve.",
}


def instead_of_conversion(otherwise: str = CONVERSION) -> str:
    """What to say where a traced value is about to become a plain one: in SciPy, for one."""
    part, name = _running()
    if part == "numpy":
        called = PUBLIC.get(name, f"np.{name}")
        return f"{called} was given a traced value. {REPLACEMENTS[name]}"
    if not part:
        return otherwise
    start = (
        f"scipy.{part}.{name}".rstrip(".") + " was given a traced value, to make a constant of it. "
    )
    if part == "sparse":
        return (
            f"{start}Use riesz.sparse(S) @ x or x @ riesz.sparse(S), or riesz.linear_solve; "
            "riesz.sparse(S, data=x) has entries x in the places of S."
        )
    if part in ("linalg", "fft", "signal", "special", "stats", "integrate"):
        here = f"riesz.scipy.{part}"
        known = import_module(here).__all__
        if name in known:
            return f"{start}Use {here}.{name}, which takes the same arguments."
        start += f"{here} has {', '.join(known[:12])}{', ...' * (len(known) > 12)}. "
    if part in SOLVERS:
        start += f"{SOLVERS[part]} "
    return (
        f"{start}Write it with NumPy's functions, declare an operator with riesz.operator, or "
        "use riesz.stop_gradient(x) where a constant is meant."
    )


def _running() -> tuple[str, str]:
    """The library function that is running: the outermost frame in scipy.`part`, or in NumPy."""
    found, frame = ("", ""), sys._getframe(2)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        library, _, rest = module.partition(".")
        if library == "scipy":
            found = _in_scipy(rest.partition(".")[0], frame, found)
        elif library == "numpy" and rest.startswith("polynomial."):
            found = "numpy", "polynomial"
        elif library == "numpy" and frame.f_code.co_name in REPLACEMENTS:
            found = "numpy", frame.f_code.co_name
        elif library not in ("numpy", "riesz"):
            break
        frame = frame.f_back  # type: ignore[assignment]
    return found


def _in_scipy(part: str, frame: Any, found: tuple[str, str]) -> tuple[str, str]:
    """The public name of this frame, or of what it wraps, if it has one."""
    wrapped = [frame.f_locals.get(f) for f in ("f", "func", "fun")]
    for function in (frame.f_code, *wrapped):
        name = str(getattr(function, "co_name", None) or getattr(function, "__name__", ""))
        home = part if not part.startswith("_") else _home(function)
        if hasattr(sys.modules.get(f"scipy.{home}"), name) and not name.startswith("__"):
            return home, name
    return found if found[0] or part.startswith("_") else (part, "")


def _home(function: Any) -> str:
    return str(getattr(function, "__module__", "")).removeprefix("scipy.").partition(".")[0]
