"""Benchmarks of SlotWatch at real scale, and of its rivals, in one run: `python -m benchmarks --help`."""
