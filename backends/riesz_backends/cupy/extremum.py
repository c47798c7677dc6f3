"""Running maxima and minima, which CuPy's ufuncs do not accumulate."""

from __future__ import annotations

from typing import Any

from riesz_backends.cupy.namespace import Namespace


class Extremum:
    """np.maximum or np.minimum with its method `accumulate`."""

    def __init__(self, xp: Any, name: str) -> None:
        """`name`: the ufunc's."""
        self.xp, self.name = xp, name

    def __call__(self, *x: Any, **how: Any) -> Any:
        """The ufunc."""
        return getattr(self.xp, self.name)(*x, **how)

    def accumulate(self, x: Any, axis: int = 0) -> Any:
        """Over all entries before, doubling how many: W. Hillis and G. Steele, CACM 29 (1986)."""
        y, reach = self.xp.moveaxis(x, axis, 0), 1
        while reach < x.shape[axis]:
            y = self.xp.concatenate((y[:reach], self(y[reach:], y[:-reach])))
            reach *= 2
        return self.xp.moveaxis(y, 0, axis)


def running_argument(xp: Any, x: Any, **static: Any) -> Any:
    """The operator's own rule, on a namespace whose extrema accumulate."""
    from riesz.registry import registry

    own = {name: Extremum(xp, name) for name in ("maximum", "minimum")}
    rule = registry.operators["running_argument"].forward
    return rule(Namespace("", lambda: (xp,), own), x, **static)
