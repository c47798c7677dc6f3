"""The demo's two photographs, by L-BFGS in Sobolev metrics of order -1, 0 and 1."""

from functools import cache

import riesz
from riesz.demo.deblur import Deblur
from riesz.demo.inpaint import Inpaint
from riesz.demo.picture import Picture
from riesz.optimization import Result

SIZE = 128
ORDERS = (-1, 0, 1)
PROBLEMS = {"inpaint": Inpaint, "deblur": Deblur}


@cache
def problem(name: str) -> Picture:
    """One of the two, with the demo's own mask and noise."""
    return PROBLEMS[name](SIZE, None, 0)


@cache
def descend(name: str, order: int, max_steps: float = 1000, method: str = "l-bfgs") -> Result:
    """From the demo's start to the demo's target."""
    picture = problem(name)
    search = {"line_search": "exact"} if method == "gradient-descent" else {}
    return riesz.minimize(
        picture.f, picture.start, metric=picture.sobolev(order, picture.natural[1]), method=method,
        target=picture.target, rtol=0.0, max_steps=max_steps, **search,
    )  # fmt: skip
