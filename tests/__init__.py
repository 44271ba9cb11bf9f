"""Promises, kept by running them. The folders mirror the rooms."""
