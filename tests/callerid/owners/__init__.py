"""Owners of numbers."""
