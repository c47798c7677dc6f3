"""Samples of the standard operators, by family."""
