"""The dialects of the carriers, with the vendors' own SDKs as oracles, and placing over REST."""
