"""Elementwise functions: a kernel printed from an expression."""
