"""Proxy numbers, their roles, and claims on them."""
