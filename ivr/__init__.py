"""Menus and all words said, texted or shown; a pure engine."""
