"""Derivatives of programs: reverse, forward, second order, and their check."""

from .check import check_grads
from .forward import jvp
from .reverse import derivative, grad, stop_gradient, value_and_grad, vjp
from .second import hessian, hvp, jacobian

__all__ = [
    "check_grads", "derivative", "grad", "hessian", "hvp", "jacobian", "jvp",
    "stop_gradient", "value_and_grad", "vjp",
]  # fmt: skip
