"""Which cases are kept unseen together: those of one kind, or of one family of scams."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bench.train.gathering import Example
from bench.train.model import Model, Numbers

# Which scams are one trick in other clothes. Harmless kinds are dealt out among the families.
FAMILIES = {
    "a fee from the teacher": ("fee_clone_qr", "fee_minimal", "fee_split", "fee_edited", "fee_obfuscated", "fee_official_long", "fee_bank_channel", "fee_redpacket", "meal_card_topup"),
    "somebody we know": ("hijacked_teacher", "student_impersonation", "leader_impersonation", "emergency_child", "donation_fake", "stranger_collects"),
    "come elsewhere": ("move_private", "new_account", "fake_new_group", "new_number", "phish_link", "trojan_file"),
    "an office": ("edu_bureau", "social_security", "gongjianfa", "parcel_drugs", "insurance_vaccine", "insurance"),
    "money back": ("refund_training", "subsidy_grant", "screen_share", "bank_credentials", "account_code_theft", "atm_taiwan", "gift_cards"),
    "a place to be had": ("lecture_quota", "enrol_quota", "fee_shill", "shill_pressure"),
}  # fmt: skip
_FAMILY_OF = {kind: family for family, kinds in FAMILIES.items() for kind in kinds}
Fold = Callable[[Example], str]
Fit = Callable[[Numbers], Numbers]


def by_kind(example: Example) -> str:
    return f"{example.case.label} {example.case.kind}"


def by_family(example: Example) -> str:
    """A scam's family; a harmless kind goes with one of them, always the same."""
    kind = example.case.kind
    if example.case.label == "scam":
        return _FAMILY_OF.get(kind, kind)
    return sorted(FAMILIES)[zlib.crc32(kind.encode()) % len(FAMILIES)]


@dataclass(frozen=True, slots=True)
class Figures:
    """How many of the scams reached their level, how many of the harmless exceeded theirs."""

    scams: int
    reached: int
    harmless: int
    exceeded: int


def unseen(model: Model, fold: Fold, fitted: Fit) -> Figures:
    """Every fold judged with numbers fitted without it; `fitted` makes them from a truth value for each example."""
    names = [fold(one) for one in model.examples]
    right = [False] * len(names)
    for name in dict.fromkeys(names):
        kept = np.array([other != name for other in names])
        judged = model.right(fitted(kept))
        right = [judged[at] if other == name else right[at] for at, other in enumerate(names)]
    return figures(model.examples, right)


def figures(examples: Sequence[Example], right: Sequence[bool]) -> Figures:
    """Counts of what is right and wrong; ordinary lines are not among the harmless cases."""
    scam = [ok for one, ok in zip(examples, right, strict=True) if one.case.label == "scam"]
    harmless = [
        ok for one, ok in zip(examples, right, strict=True) if one.case.label == "benign" and one.case.lang
    ]
    return Figures(len(scam), sum(scam), len(harmless), len(harmless) - sum(harmless))
