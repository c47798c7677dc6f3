"""Numbers for tests on the device, equal for a test whichever ran before it."""

import numpy as np

DTYPES = ["float32", "float64", "complex64", "complex128"]


class Numbers:
    """Normal ones, complex where the dtype is; `restart` begins anew."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.start = self.random.bit_generator.state

    def restart(self):
        self.random.bit_generator.state = self.start

    def __call__(self, shape, dtype):
        x = self.random.normal(size=shape)
        return (x + 1j * self.random.normal(size=shape) if dtype[0] == "c" else x).astype(dtype)
