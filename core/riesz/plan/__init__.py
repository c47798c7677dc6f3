"""Compiled programs: a program recorded once, simplified, clustered into kernels and replayed."""
