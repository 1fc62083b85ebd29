"""Rows that may be there already: `ON CONFLICT`, which SQLite and PostgreSQL spell alike and SQLAlchemy keeps apart.

PostgreSQL's statement is compiled for SQLite too; the storage tests, run on both, hold it to that.
"""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import Insert, insert

__all__ = ["Insert", "insert"]
