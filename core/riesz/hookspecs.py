"""The hooks a plugin may implement, each marked with `@hookimpl`.

A plugin that only defines operators and front-end functions needs none: what its module defines
is registered. Each hook is called once, when the plugin is loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from riesz.registry import Registry

hookspec = pluggy.HookspecMarker("riesz")
hookimpl = pluggy.HookimplMarker("riesz")


@hookspec(historic=True)
def riesz_register_operators(registry: Registry) -> None:
    """Call `registry.add_operator(op)`, `.add_function(adapter)` or `.add_module(module)`."""


@hookspec(historic=True)
def riesz_register_kernels(registry: Registry) -> None:
    """Call `registry.add_kernel(operator, backend, step, function)`."""


@hookspec(historic=True)
def riesz_register_conformance(registry: Registry) -> None:
    """Call `registry.add_samples(operator, function)` and `registry.add_references(path)`."""
