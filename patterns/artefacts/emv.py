"""Payment codes of banks: the EMV merchant-presented format (FPS, PayNow, DuitNow, PromptPay, UnionPay …)."""

from __future__ import annotations

from collections.abc import Iterator

from patterns.artefacts.kinds import Artefact, Kind
from patterns.artefacts.numbers import told_amount

# How an account template names its scheme in sub-field 00, by the start of that name.
_SCHEMES = (
    ("hk.com.hkicl", "fps"),
    ("sg.paynow", "paynow"),
    ("sg.com.nets", "nets"),
    ("sg.airpay", "shopeepay"),
    ("com.grab", "grabpay"),
    ("com.dbs", "paylah"),
    ("a0000006150001", "duitnow"),
    ("a000000677010", "promptpay"),
    ("a000000727", "vietqr"),
    ("a000000333", "unionpay"),
    ("id.co.qris", "qris"),
    ("ph.ppmi", "qrph"),
    ("com.p2pqrpay", "qrph"),
    ("br.gov.bcb.pix", "pix"),
    ("tw.com.twqr", "twqr"),
)
# When a code carries several templates (as a shop's sign in Singapore does), this is what money most easily goes to.
_PREFERRED = ("fps", "paynow", "duitnow", "promptpay", "vietqr", "pix", "qrph", "qris", "unionpay")
_UNIONPAY_TAGS = ("15", "16")
_CURRENCIES = {
    "156": "CNY",
    "344": "HKD",
    "360": "IDR",
    "446": "MOP",
    "458": "MYR",
    "608": "PHP",
    "702": "SGD",
    "704": "VND",
    "764": "THB",
    "840": "USD",
    "901": "TWD",
    "986": "BRL",
}


def read_emv(payload: str) -> Artefact | None:
    """None unless the payload is an EMV code. A wrong checksum changes nothing: it must not clear a code."""
    if not payload.startswith("000201"):
        return None
    fields = dict(_tags(payload))
    accounts = list(_accounts(fields))
    scheme, proxy = min(accounts, key=_preference, default=("emv", ""))
    name = fields.get("59", "").strip()
    place = "|".join(part for part in (proxy, name if not proxy else "") if part)
    return Artefact(
        Kind.BANK_QR,
        mark=f"{scheme}:{place.casefold()}" if place else f"{scheme}:{payload.casefold()}",
        found=payload,
        scheme=scheme,
        payee=name or proxy,
        amount=told_amount(fields.get("54", "")),
    )


def currency(payload: str) -> str:
    """The currency of an EMV code as three letters, empty when it names none we know."""
    return _CURRENCIES.get(dict(_tags(payload)).get("53", ""), "")


def checks_out(payload: str) -> bool:
    """Is the CRC-16/CCITT-FALSE at the end right?"""
    body, told = payload[:-4], payload[-4:]
    if not body.endswith("6304") or not payload.isascii():
        return False
    crc = 0xFFFF
    for byte in body.encode():
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return f"{crc:04X}" == told.upper()


def _tags(data: str) -> Iterator[tuple[str, str]]:
    """Tag, length, value, until the data end or stop making sense."""
    at = 0
    while at + 4 <= len(data):
        tag, length = data[at : at + 2], data[at + 2 : at + 4]
        if not (tag + length).isdecimal() or not tag.isascii() or not length.isascii():
            return
        end = at + 4 + int(length)
        if end > len(data):
            return
        yield tag, data[at + 4 : end]
        at = end


def _accounts(fields: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Every receiving account in the code as (scheme, proxy)."""
    for tag, value in fields.items():
        if tag in _UNIONPAY_TAGS:
            yield "unionpay", value
        elif tag.isdecimal() and 26 <= int(tag) <= 51:
            inner = dict(_tags(value))
            told = inner.get("00", "").casefold()
            scheme = next((name for start, name in _SCHEMES if told.startswith(start)), "emv")
            yield scheme, _proxy(scheme, inner)


def _proxy(scheme: str, inner: dict[str, str]) -> str:
    """Who receives, without what may change from code to code of the same receiver."""
    if scheme == "fps":
        return phone_digits(inner.get("03", "")) or inner.get("02", "") or inner.get("04", "")
    if scheme == "paynow":
        return phone_digits(inner.get("02", ""))
    if scheme == "vietqr":
        return "/".join(dict(_tags(inner.get("01", ""))).values())
    return "/".join(value for tag, value in inner.items() if tag in {"01", "02", "03"} and value)


def phone_digits(proxy: str) -> str:
    """ "+852-50000000" and "50000000" are the same receiver; anything else stays as it is."""
    digits = "".join(char for char in proxy if char.isdecimal())
    if proxy.startswith("+852") or proxy.startswith("+65"):
        return digits[-8:]
    return proxy


def _preference(account: tuple[str, str]) -> int:
    scheme, _ = account
    return _PREFERRED.index(scheme) if scheme in _PREFERRED else len(_PREFERRED)
