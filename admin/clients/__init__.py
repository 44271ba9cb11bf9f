"""Programs that use our APIs: who they are, what they may do, and the tokens that prove it."""
