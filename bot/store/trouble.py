"""What ails a database, told from the error it raised."""

from __future__ import annotations

import sqlite3
from enum import StrEnum

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError


class Trouble(StrEnum):
    """Everything but DAMAGED and REFUSED passes when somebody makes room, lets go, or gives the rights back."""

    FULL = "full"
    LOCKED = "locked"
    READ_ONLY = "read_only"
    DAMAGED = "damaged"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"


_BY_NAME = {
    "SQLITE_FULL": Trouble.FULL,
    "SQLITE_BUSY": Trouble.LOCKED,
    "SQLITE_LOCKED": Trouble.LOCKED,
    "SQLITE_READONLY": Trouble.READ_ONLY,
    "SQLITE_CORRUPT": Trouble.DAMAGED,
    "SQLITE_NOTADB": Trouble.DAMAGED,
}
# PostgreSQL's codes (appendix A of its manual), whole ones before the two letters of their class.
_BY_STATE = {
    "53100": Trouble.FULL,  # disk full
    "40001": Trouble.LOCKED,  # could not be serialised
    "40P01": Trouble.LOCKED,  # deadlock
    "55P03": Trouble.LOCKED,  # waited too long for a lock
    "57014": Trouble.LOCKED,  # cancelled: took too long
    "25006": Trouble.READ_ONLY,  # a standby, or told to be
    "42501": Trouble.READ_ONLY,  # no rights to the table
    "3D000": Trouble.REFUSED,  # no such database
    "08": Trouble.UNREACHABLE,  # connection lost
    "28": Trouble.REFUSED,  # name or password
    "53": Trouble.UNREACHABLE,  # out of memory, too many connections
    "57P": Trouble.UNREACHABLE,  # shutting down, starting up
    "58": Trouble.UNREACHABLE,  # the server's own machine
    "XX": Trouble.DAMAGED,
}
_REMEDIES = {
    Trouble.FULL: "There is no room left on the disk. Make some, then start again; nothing was lost.",
    Trouble.LOCKED: "Another program holds it. Close that program, then start again; nothing was lost.",
    Trouble.READ_ONLY: "It may not be written to. Check owner and permissions of the file and its folder.",
    Trouble.DAMAGED: "The file is damaged. Restore a backup (`classguard restore FILE`), or move the file away to begin anew.",
    Trouble.UNREACHABLE: "It cannot be opened. Run `classguard doctor` and do what it says.",
}
_REMEDIES_OF_A_SERVER = {
    Trouble.FULL: "The server's disk is full. Make room there, then start again; nothing was lost.",
    Trouble.READ_ONLY: "It may not be written to. The account needs to own the database, and the server must be no standby.",
    Trouble.DAMAGED: "The server says that its data is damaged; its log says what. Restore a backup (`classguard restore FILE`).",
    Trouble.UNREACHABLE: "The server does not answer. Does it run, and is the address in `database.url` right?",
    Trouble.REFUSED: "The server refuses it. Check account, password and name of the database in `database.url`.",
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
    elif state := getattr(cause, "sqlstate", None):
        return next((_BY_STATE[part] for part in (state, state[:3], state[:2]) if part in _BY_STATE), None)
    if error.connection_invalidated:
        return Trouble.UNREACHABLE
    return Trouble.UNREACHABLE if isinstance(error, OperationalError | InterfaceError) else None


def remedy(error: BaseException, *, server: bool = False) -> str:
    """What the operator can do about it."""
    found = trouble(error) or Trouble.UNREACHABLE
    return (_REMEDIES_OF_A_SERVER.get(found) if server else None) or _REMEDIES.get(
        found, _REMEDIES[Trouble.UNREACHABLE]
    )
