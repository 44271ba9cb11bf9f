"""Who is calling: look-ups of names under budgets, and which of somebody's contacts are here."""
