"""The telephony floor: calls and texts in our words, the webhook edge, states, and who answers."""
