"""Words that every room shares. Nothing here does I/O."""
