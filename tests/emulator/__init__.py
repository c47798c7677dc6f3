"""CUDA C executed on the CPU, to test kernels where there is no GPU. A test tool, not a backend.

`Module(source)` compiles CUDA C with g++ and runs its kernels on NumPy arrays. `driver.activate()`
puts a stand-in for the CUDA driver and for nvcc in place, on which an unmodified PyCUDA runs.

One block runs at a time, every CUDA thread of it as a fiber; barriers, shuffles and votes are real
meeting points. Shared memory and fresh device memory hold NaN. Divergent barriers, wrong masks,
deadlocks, launches beyond the limits of a GPU, and writes beyond an allocation are errors. Not
modelled: blocks that run at the same time, streams that run ahead, weak memory ordering, the
precision of intrinsics and of fused multiply-add, speed. x86-64 Linux with g++ only: `absent()`
says what is missing elsewhere.

    EMULATOR_ORDER      forward, reverse or random:SEED: the order in which threads run
    EMULATOR_SANITIZER  address, undefined or thread (the last two find races and undefined values)
    EMULATOR_CACHE      the folder of what is built; else `riesz-emulator` in the user's cache
"""

from typing import TYPE_CHECKING, Any

from .build import absent

if TYPE_CHECKING:
    from .module import KernelError, Module

__all__ = ["KernelError", "Module", "absent"]


def __getattr__(name: str) -> Any:
    """`Module` and `KernelError`, which need NumPy; the stand-in of nvcc does without."""
    if name not in __all__:
        raise AttributeError(name)
    from . import module

    return getattr(module, name)
