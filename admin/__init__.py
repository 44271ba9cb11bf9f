"""The small admin app, and the clients of our API."""
