"""Masking: numbers, claims, stickers and (later) sessions."""
