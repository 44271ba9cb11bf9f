"""Stickers: printed codes that ring a vehicle's owner."""
