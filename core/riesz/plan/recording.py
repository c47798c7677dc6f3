"""`Recording`: a trace that evaluates nothing and keeps every step as a node of a graph.

It is opened below every derivative of the program, so that adjoints and tangents run on its values
as they run on arrays, and are recorded like any other step: one meaning, two speeds.
"""

from __future__ import annotations

from functools import partial
from threading import get_ident
from typing import Any

from riesz.backend import namespace
from riesz.backend.absence import LACKING, unsupported
from riesz.control.recomputation import Recomputed
from riesz.errors import ClosedTape, UnsupportedOperator
from riesz.protocol.codomain import spaces
from riesz.protocol.elementwise import Elementwise
from riesz.registry import registry
from riesz.space import Space
from riesz.traced import Trace, Traced

from .graph import Node, Operand, ValueAsked, caller
from .primitive import steps
from .simplify import Nodes

NUMBERS = (bool, int, float, complex)


class OuterValue(Exception):
    """A program uses a value of a derivative taken around it, so it cannot be compiled there."""


class Recording(Trace):
    """Records a program as a graph; its values are nodes."""

    __slots__ = ("_formulas", "backend", "nodes")
    derivative = False

    def __init__(self, backend: Any) -> None:
        """For a backend; one that makes kernels is given more to fuse."""
        super().__init__()
        self.backend = backend
        self.nodes = Nodes(backend.xp, fuse=hasattr(backend, "compile"))
        self._formulas: dict[Any, Any] = {}

    @property
    def recorder(self) -> Any:
        """`recorder(f, X)`: a part of the program as one of its own, see `Subprogram`."""
        from .program import subprogram

        return partial(subprogram, self.backend)

    def traced(self, y: Operand) -> Any:
        """A node as a value of this trace."""
        return Traced(self, y, y) if y.__class__ is Node else y

    def point(self, x: Traced) -> Traced:
        """A Python number to differentiate by is an array, as in eager mode."""
        strong: Traced = self.traced(self._strong(x.node))
        return strong

    def is_number(self, x: Traced) -> bool:
        """Whether a value of this trace is a Python number, which decides no dtype."""
        return bool(x.node.weak)

    def number(self, x: Traced) -> Traced:
        """A value of this trace as a Python number."""
        weak: Traced = self.traced(self.nodes.weak(x.node))
        return weak

    def refuse(self) -> None:
        """Say why nothing can be recorded here."""
        if self.owner:
            super().refuse()
        raise ClosedTape(
            "A value recorded by riesz.compile was used after the recording: it was stored outside "
            "the compiled function, or a function given to an operator (the A of "
            "riesz.linear_solve, the f of riesz.fixed_point) takes it from around it. Return it, "
            "or pass it to that function as an argument."
        )

    def refuse_look(self, name: str) -> None:
        """Say that a function needs values."""
        raise UnsupportedOperator(
            f"{caller()}: {name} looks at the values of an array, or the shape of its result "
            "depends on them, but riesz.compile records the program once for all values. Compute "
            "it outside the compiled function and pass the result as an argument, or use np.where "
            "with a mask."
        )

    def zeros(self, x: Traced) -> Any:
        """What has the shape and dtype of x."""
        xp = self.backend.xp
        return xp.broadcast_to(xp.zeros((), dtype=x.dtype), x.shape)

    def operand(self, x: Any) -> Operand:
        """An argument of a step as a node or a Python number."""
        if x.__class__ is Traced:
            if x.tape is not self:
                raise OuterValue
            return x.node
        if x.__class__ in NUMBERS:
            return x
        return self.nodes.constant(x)

    def record(self, op: Any, args: tuple[Any, ...], static: dict[str, Any]) -> Any:
        """Append the step, as steps of the vocabulary where the operator is elementwise."""
        if self.owner != get_ident():
            self.refuse()
        if isinstance(op, Recomputed):
            return op.function(*args)  # what is computed again is for the plan to decide
        operands = tuple([self.operand(x) for x in args])
        self.nodes.recorded += 1
        try:
            if isinstance(op, Elementwise) and not self._overridden(op):
                return self.traced(self._formula(op, operands, static))
            return self._operator(op, operands, static)
        except ValueAsked:
            raise
        except LACKING as error:
            raise unsupported(error, op.name, self.backend) from error.__cause__

    def _formula(self, op: Elementwise, args: tuple[Operand, ...], static: dict[str, Any]) -> Any:
        key = (op, *static.items()) if static else op
        found = self._formulas.get(key)
        if found is None:
            found = self._formulas[key] = steps(op.formula(**static))
        program, result = found
        made: list[Operand] = []

        def value(x: Any) -> Operand:
            return (args if x[0] == "x" else made)[x[1]] if x.__class__ is tuple else x

        try:
            for name, operands in program:
                made.append(self.nodes.elementwise(name, tuple([value(x) for x in operands])))
        except TypeError:
            op._refuse_complex(args)
            raise
        return value(result)

    def _operator(self, op: Any, args: tuple[Operand, ...], static: dict[str, Any]) -> Any:
        args = tuple([self._strong(x) for x in args])
        if op.inlined and not self._overridden(op):
            x = [self.traced(v) for v in args]
            return op.forward(namespace(*x), *x, **static)
        X = [_description(x) for x in args]
        told = op.metric(*X, **static)
        Y = spaces(op, told)
        shapes, dtypes = tuple(tuple(Yi.shape) for Yi in Y), tuple(Yi.dtype for Yi in Y)
        if not isinstance(told, tuple):
            return self.traced(self.nodes.operator(op, args, static, shapes[0], dtypes[0]))
        whole = self.nodes.operator(op, args, static, shapes, dtypes)
        return tuple(
            self.traced(self.nodes._step("part", (whole, i), {}, shapes[i], dtypes[i]))
            for i in range(len(Y))
        )

    def _strong(self, x: Operand) -> Operand:
        return self.nodes.cast(x, x.dtype) if x.__class__ is Node and x.weak else x

    def _overridden(self, op: Any) -> bool:
        return bool(registry.kernels) and op._kernel(self.backend, "forward") is not None


def _description(x: Operand) -> Any:
    """What a metric rule is told of an argument: its space, an index that is constant itself."""
    if x.__class__ is not Node:
        return x
    is_index = x.op == "constant" and x.dtype.kind in "biu"
    return x.value if is_index else Space.bare(x.shape, x.dtype)
