"""Plivo's wire. Sources: plivo.com/docs/voice/xml, /docs/voice/api, /docs/messaging."""
