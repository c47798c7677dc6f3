"""Clusters as CUDA kernels: the texts and launch geometries that every CUDA backend shares."""
