"""Tests of ivr: words, menus, the engine."""
