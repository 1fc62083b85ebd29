"""Does this name pose as a protected person, a teacher, an office?"""

from patterns.names import claims as _claims
from patterns.names import vocabulary as _vocabulary
from patterns.names.claims import FAMILIES, claims
from patterns.names.likeness import Claim, Likeness, Resemblance
from patterns.names.receiver import may_be
from patterns.names.roster import Roster, impersonates

__all__ = [
    "FAMILIES",
    "Claim",
    "Likeness",
    "Resemblance",
    "Roster",
    "claims",
    "impersonates",
    "load",
    "may_be",
]


def load() -> None:
    """Read the tables now rather than at the first name."""
    _vocabulary.load()
    _claims.load()
