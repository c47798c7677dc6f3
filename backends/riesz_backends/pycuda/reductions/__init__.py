"""What is joined along axes: reductions, cumulative ones, and NumPy's statistics."""
