"""The conformance suite of Riesz on the operators of this plugin, on both backends of the host.

In every dtype: riesz conformance --operator riesz-kernels --dtype all
"""

from riesz.conformance import OperatorConformance


class TestKernels(OperatorConformance):
    operators = ("kernel_moment", "kernel_logsumexp")
    backends = ("numpy", "native")
    dtypes = ("float64",)
