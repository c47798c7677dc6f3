"""Orders: arguments of special functions by which there is no closed derivative."""

from __future__ import annotations

import math
from typing import Any

from riesz.errors import UnsupportedOperator
from riesz.front import Adapter, implements
from riesz.protocol.elementwise import Elementwise
from riesz.traced import Traced

UNKNOWN = math.nan  # the partial by an order


def fixed_order(op: Elementwise, orders: int = 1) -> Adapter:
    """What stands for `op` under SciPy's name, and refuses traced values of its first `orders`."""

    def call(*x: Any) -> Any:
        if any(type(order) is Traced for order in x[:orders]):
            raise UnsupportedOperator(
                f"{op.name} has no derivative by its first {orders} argument(s), but was given a "
                "traced one. Pass riesz.stop_gradient(order), or a number."
            )
        return op(*x)

    call.__doc__, call.__module__ = op.__doc__, op.__module__
    return implements(name=f"special.{op.name}")(call)
