"""The only door to Postgres: pools, named statements, migrations, the outbox."""
