"""NumPy as the front-end language: what makes a traced value behave like an array."""

from .implements import Adapter, implements

__all__ = ["Adapter", "implements"]
