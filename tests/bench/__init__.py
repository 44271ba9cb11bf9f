"""The bench measures what it says, and is not taken in by wrong answers."""
