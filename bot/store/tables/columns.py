"""What all tables share: the naming of constraints, the type of row numbers, the columns that name a chat or a school."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, String
from sqlalchemy.ext.compiler import compiles

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows only in an INTEGER primary key; PostgreSQL wants 64 bits.
Id = BigInteger().with_variant(Integer, "sqlite")


@compiles(String, "postgresql")
def _of_any_length(_type: String, _compiler: Any, **_options: Any) -> str:
    """SQLite counts no letters. Neither does PostgreSQL then: a long name is no reason to lose an update."""
    return "VARCHAR"


def chat() -> Column[int]:
    return Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False)


def school() -> Column[int]:
    return Column("school_id", Id, ForeignKey("schools.id", ondelete="CASCADE"), nullable=False)
