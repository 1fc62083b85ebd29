"""Derives methods.json from the published TypeScript types of the Bot API (npm pack @grammyjs/types).

python -m bot.playground.botapi.derive package/methods.d.ts "@grammyjs/types 5.0.0 (Bot API 10.3)"
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

_METHOD = re.compile(r"^ {4}([a-z]\w+)\((?:args(\??): \{)?", re.MULTILINE)
_PARAMETER = re.compile(r"^ {8}(\w+)(\??): (.+);$", re.MULTILINE)
_COMMENT = re.compile(r"/\*\*.*?\*/", re.DOTALL)
_CHOICES = re.compile(r'^"[^"]+"(?: \| "[^"]+")*$')

# TypeScript has one type of number; these are the parameters that may have a fraction.
_FRACTIONS = {"latitude", "longitude", "horizontal_accuracy"}
_SCALARS = {
    "string": "string",
    "boolean": "boolean",
    "number | string": "id",
    "F": "file",
    "F | string": "file or string",
    "ParseMode": "string",
    "LanguageCode": "string",
}


def kind(name: str, declared: str) -> str:
    """The Bot API's type behind a TypeScript one, in one word or a list of allowed words."""
    if declared in _SCALARS:
        return _SCALARS[declared]
    if declared == "number" or re.fullmatch(r"(?:0x)?[0-9A-F]+(?: \| (?:0x)?[0-9A-F]+)*", declared):
        return "float" if name in _FRACTIONS else "integer"
    if _CHOICES.match(declared):
        return "one of " + " ".join(re.findall(r'"([^"]+)"', declared))
    if declared.startswith("(string & "):
        return "string"
    if declared.endswith("[]") or declared.startswith(("ReadonlyArray", "readonly ")):
        return "array"
    return "object"


def methods(source: str) -> dict[str, dict[str, dict[str, str]]]:
    text = _COMMENT.sub("", source)
    text = text[text.index("type ApiMethods") :]
    found = list(_METHOD.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    table: dict[str, dict[str, dict[str, str]]] = {}
    for match, end in zip(found, ends, strict=True):
        entry: dict[str, dict[str, str]] = {"needs": {}, "takes": {}}
        for name, optional, declared in _PARAMETER.findall(text[match.end() : end]):
            entry["takes" if optional else "needs"][name] = kind(name, declared)
        table[match.group(1)] = entry
    return table


def main(types: Path, source: str) -> None:
    table = methods(types.read_text(encoding="utf-8"))
    lines = [
        f"  {json.dumps(name)}: {json.dumps(entry, ensure_ascii=False)}" for name, entry in table.items()
    ]
    target = Path(__file__).with_name("methods.json")
    head = f'{{\n"source": {json.dumps(source)},\n"methods": {{\n'
    target.write_text(head + ",\n".join(lines) + "\n}\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
