"""A figure, and a word of what costs: both together are what most demands have and most talk has not."""

from __future__ import annotations

import re

FIGURE = re.compile(
    r"\d{2}|[$£€] ?[\dlio]|\do{2}|[一二三四五六七八九十百]{2}|[一二两三四五六七八九][百千万]"
    r"|thirty|forty|fifty|sixty|twenty|hundred"
)

# 账号, 号码 and a SIM card has everybody.
MONEYED = re.compile(
    r"[费钱款付缴汇买购押米¥￥$£€]|账(?!号)|(?<!补)卡|(?<!号)码|转(?![告发达送学身眼弯变角念载])|块|元|红包|余额|名额"
    r"|pay|fee|money|transfer|code|card|deposit|cost|owe|settle|collect|refund|bank"
)
