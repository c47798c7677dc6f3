"""The experiments of docs/metrics.md: what its tables say and its figures show."""
