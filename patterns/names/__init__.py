"""Does this name pose as a protected person, a teacher, an office?"""

from patterns.names.claims import claims
from patterns.names.likeness import Claim, Likeness, Resemblance
from patterns.names.roster import Roster, impersonates
from patterns.names.vocabulary import load

__all__ = ["Claim", "Likeness", "Resemblance", "Roster", "claims", "impersonates", "load"]
