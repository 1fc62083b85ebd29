"""What a name, or how somebody introduces himself, claims to be."""

from __future__ import annotations

import re

from patterns.names.likeness import Claim
from patterns.normalize import normalize

_CLAIMS = (
    ("parent", "妈妈|爸爸|家长|奶奶|爷爷|妈$|爸$|mum|dad"),
    ("school_office", "教务处|财务|校办|食堂|后勤|校医|bursar|总务"),
    ("education_bureau", "教育局|教体局"),
    ("police", "警官|公安|派出所"),
    ("head", "校长|园长|principal"),
    ("teacher", "老师|班主任|导师|miss |mr |ms |mdm |sir"),
)


def claims(name: str) -> Claim | None:
    """What this name claims to be, if anything."""
    text = normalize(name).text
    for kind, words in _CLAIMS:
        if found := re.search(words, text):
            return Claim(kind, found.group())
    return None
