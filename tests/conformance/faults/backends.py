"""Backends with one mistake each: copies of `numpy` and of the strict device `loopback`."""

from types import MappingProxyType

import numpy as np
from loopback import Loopback

from riesz_backends.native import NativeBackend
from riesz_backends.numpy import NumpyBackend


class SoundHost(NumpyBackend):
    name = "sound_host"


class OtherSigns(NumpyBackend):
    """Sound: in single precision its eigenvectors are the others, as LAPACKs differ in them."""

    name = "other_signs"
    kernels = MappingProxyType({("eigh", "forward"): lambda x, lower: turned(x, lower)})


def turned(x, lower):
    w, v = np.linalg.eigh(x, "L" if lower else "U")
    return w, v if v.dtype in ("float64", "complex128") else -v


class WrongKernel(NumpyBackend):
    """One kernel computes another function."""

    name = "wrong_kernel"
    kernels = MappingProxyType({("arctan", "forward"): np.arcsinh})


class WrongAdjointKernel(NumpyBackend):
    """A kernel for an adjoint forgets the square."""

    name = "wrong_adjoint_kernel"
    kernels = MappingProxyType({("arctan", "adjoint"): lambda a, y, x: a / (1 + x)})


class ColumnsMistaken(NumpyBackend):
    """A kernel that takes a column for another function's."""

    name = "columns_mistaken"
    kernels = MappingProxyType(
        {("arctan", "forward"): lambda x: (np.sinh if np.shape(x)[1:] == (1,) else np.arctan)(x)}
    )


class Widening(NumpyBackend):
    """A kernel that computes in double precision, and leaves it at that."""

    name = "widening"
    kernels = MappingProxyType(
        {("arctan", "forward"): lambda x: np.arctan(x).astype(np.result_type(x, np.float64))}
    )


class SwallowsNaN(NumpyBackend):
    """A kernel that makes numbers of NaN."""

    name = "swallows_nan"
    kernels = MappingProxyType(
        {("arctan", "forward"): lambda x: np.where(np.isnan(x), 0, np.arctan(x))}
    )


class OtherKernel:
    """A compiled kernel that is off by a thousandth."""

    def __init__(self, kernel):
        self.kernel = kernel

    def __call__(self, out, x):
        self.kernel(out, x)
        for y in out:
            np.multiply(y, 1.001, out=y)


class CompiledDiffers(NativeBackend):
    """What it compiles is not what it computes."""

    name = "compiled_differs"

    def compile_all(self, clusters):
        kernels = super().compile_all(clusters)
        return [kernel and OtherKernel(kernel) for kernel in kernels]


class NaNLeftOut:
    """A compiled kernel whose sums leave out what is NaN."""

    def __init__(self, kernel):
        self.kernel = kernel

    def __call__(self, out, x):
        self.kernel(out, tuple(np.nan_to_num(v, nan=0.0) for v in x))


class CompiledLosesNaN(NativeBackend):
    """What it compiles knows no NaN."""

    name = "compiled_loses_nan"

    def compile_all(self, clusters):
        kernels = super().compile_all(clusters)
        return [kernel and NaNLeftOut(kernel) for kernel in kernels]


class Device(Loopback):
    """A device of its own for each mistake."""

    def __init__(self):
        super().__init__(self.name)


class SoundDevice(Device):
    name = "sound_device"


class HiddenCopy(Device):
    """One function goes through the host and back."""

    name = "hidden_copy"

    def __init__(self):
        super().__init__()
        self.xp.arctan = lambda x: self.asarray(np.arctan(self.to_numpy(x)))


class LeftOnHost(Device):
    """One function leaves its result on the host."""

    name = "left_on_host"

    def __init__(self):
        super().__init__()
        self.xp.floor = lambda x: np.floor(self.to_numpy(x))


class KindKept(Device):
    """Arrays whose method `astype` leaves real numbers real."""

    name = "kind_kept"

    def __init__(self):
        super().__init__()

        def astype(x, dtype):
            return x if np.dtype(dtype).kind == "c" else super(self.array, x).astype(dtype)

        self.array.astype = astype


class ViewForCopy(Device):
    """What it hands to the host is the device's own memory."""

    name = "view_for_copy"

    def to_numpy(self, x):
        self.device.transfers.down += 1
        return x._memory
