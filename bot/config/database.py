"""The section of the database: a file, or a server."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import SecretStr, field_validator, model_validator

from bot.config.section import Section
from bot.store import engines


class DatabaseConfig(Section):
    """A file of SQLite's at `path`, or a PostgreSQL server at `url`, which may have a password in it."""

    path: Path | None = None
    url: SecretStr | None = None

    @field_validator("url")
    @classmethod
    def _of_a_server(cls, address: SecretStr | None) -> SecretStr | None:
        if address is None or not address.get_secret_value().strip():
            return None
        engines.postgresql(address.get_secret_value().strip())
        return SecretStr(address.get_secret_value().strip())

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.path and self.url:
            raise ValueError("has both path and url; keep the one the guard is to use")
        return self
