"""The programs whose speed is followed, by letter as in the table they come from."""

from .chain import CHAIN, LENGTHS
from .deconvolution import DECONVOLUTION
from .elementwise import ELEMENTWISE
from .fanout import FANOUT
from .heat import ROLLED, SLICED
from .kernel import KERNEL
from .mixture import MIXTURE
from .regression import LOGISTIC, PERCEPTRON
from .rosenbrock import ROSENBROCK
from .workload import Workload

WORKLOADS = (
    CHAIN, ELEMENTWISE, LOGISTIC, PERCEPTRON, KERNEL, MIXTURE, ROLLED, SLICED, DECONVOLUTION,
    FANOUT, ROSENBROCK,
)  # fmt: skip

__all__ = ["LENGTHS", "WORKLOADS", "Workload"]
