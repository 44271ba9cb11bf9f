"""Keys, sealing, proof of a number, consent, audit, retention and a person's rights."""
