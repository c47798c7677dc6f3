"""What an operator is tried on: samples, drawn in the dtype under test."""

from .sample import Draw, Sample, sample, samples

__all__ = ["Draw", "Sample", "sample", "samples"]
