"""The order of entries, and what is found and counted by it."""
