"""Measures speed and size, each figure against its floor in the same run."""
