"""Programs that say how they are run or solved: recomputation, loops, implicit functions."""

from .implicit import fixed_point, root
from .linear_system import linear_solve
from .loop import iterate, scan
from .recomputation import checkpoint

__all__ = ["checkpoint", "fixed_point", "iterate", "linear_solve", "root", "scan"]
