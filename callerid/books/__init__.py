"""Address books: what people call numbers comes in, waits with that of others, and is merged, published, taken back."""
