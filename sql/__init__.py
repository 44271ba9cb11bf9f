"""The only door to PostgreSQL: migrations, named statements, the pools, the outbox."""
