"""The HTTP API of Twilio Proxy, as its own SDK speaks it, over our sessions."""
