"""Alembic looks for this file; the environment itself is set up in bot.store.migration."""
