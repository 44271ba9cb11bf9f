"""The exchange against the vendors' own SDKs and a tiny webhook application."""
