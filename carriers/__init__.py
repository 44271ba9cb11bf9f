"""Twilio and Plivo, one dialect each, and placing calls and texts over their REST APIs."""
