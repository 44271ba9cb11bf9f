"""A telephone exchange for your desk: speaks Twilio's and Plivo's wire over HTTP. See docs/exchange.md."""
