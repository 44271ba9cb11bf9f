"""People: a proven number, the devices that they sign in with, what they consented to."""
