"""The command `riesz-tomography`: a phantom from few noisy angles, in the metrics L2 and H1."""

from riesz_tomography.demo.command import main

__all__ = ["main"]
