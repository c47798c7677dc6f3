"""Linear algebra: products, factorisations and the systems that they solve."""
