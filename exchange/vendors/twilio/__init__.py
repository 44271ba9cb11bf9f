"""Twilio's wire. Sources: twilio.com/docs/voice/twiml, /docs/voice/api, /docs/messaging, /docs/api/errors."""
