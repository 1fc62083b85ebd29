"""What ails a database, told from the error it raised."""

from __future__ import annotations

import sqlite3
from enum import StrEnum

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError


class Trouble(StrEnum):
    """Everything but DAMAGED passes when somebody makes room, lets go, or gives the rights back."""

    FULL = "full"
    LOCKED = "locked"
    READ_ONLY = "read_only"
    DAMAGED = "damaged"
    UNREACHABLE = "unreachable"


_BY_NAME = {
    "SQLITE_FULL": Trouble.FULL,
    "SQLITE_BUSY": Trouble.LOCKED,
    "SQLITE_LOCKED": Trouble.LOCKED,
    "SQLITE_READONLY": Trouble.READ_ONLY,
    "SQLITE_CORRUPT": Trouble.DAMAGED,
    "SQLITE_NOTADB": Trouble.DAMAGED,
}
_REMEDIES = {
    Trouble.FULL: "There is no room left on the disk. Make some, then start again; nothing was lost.",
    Trouble.LOCKED: "Another program holds it. Close that program, then start again; nothing was lost.",
    Trouble.READ_ONLY: "It may not be written to. Check owner and permissions of the file and its folder.",
    Trouble.DAMAGED: "The file is damaged. Restore a backup (`classguard restore FILE`), or move the file away to begin anew.",
    Trouble.UNREACHABLE: "It cannot be opened. Run `classguard doctor` and do what it says.",
}


def trouble(error: BaseException | None) -> Trouble | None:
    """What the database suffers from; None when the fault is the question's and not the database's."""
    if not isinstance(error, DBAPIError):
        return None
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        # Extended codes say more than is needed: SQLITE_READONLY_DBMOVED.
        name = "_".join((getattr(cause, "sqlite_errorname", None) or "").split("_")[:2])
        if name in _BY_NAME:
            return _BY_NAME[name]
    return Trouble.UNREACHABLE if isinstance(error, OperationalError | InterfaceError) else None


def remedy(error: BaseException) -> str:
    """What the operator can do about it."""
    return _REMEDIES[trouble(error) or Trouble.UNREACHABLE]
