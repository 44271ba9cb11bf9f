"""Numbers, claims, stickers and sessions: two people talk, neither sees the other's number."""
