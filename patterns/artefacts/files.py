"""Is a file what it says it is? Judged by its name and its first bytes."""

from __future__ import annotations

from patterns.artefacts.kinds import Artefact, Kind

_PROGRAMS = frozenset(
    [
        "ade",
        "adp",
        "bat",
        "chm",
        "cmd",
        "com",
        "cpl",
        "exe",
        "hta",
        "ins",
        "isp",
        "jse",
        "js",
        "lib",
        "mde",
        "msc",
        "msp",
        "mst",
        "pif",
        "scr",
        "sct",
        "shb",
        "sys",
        "vb",
        "vbe",
        "vbs",
        "vxd",
        "wsc",
        "wsf",
        "wsh",
        "apk",
        "apks",
        "xapk",
        "aab",
        "ipa",
        "mobileconfig",
        "appx",
        "msix",
        "msi",
        "dmg",
        "pkg",
        "iso",
        "img",
        "vhd",
        "vhdx",
        "lnk",
        "url",
        "jar",
        "ps1",
        "psm1",
        "reg",
        "dll",
        "desktop",
    ]
)
_ARCHIVES = frozenset(
    ["zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "cab", "arj", "lzh", "ace", "zst"]
)


def judge_file(name: str, head: bytes = b"") -> Artefact:
    ending = name.strip().casefold().rpartition(".")[2]
    if ending in _PROGRAMS or head.startswith((b"MZ", b"\x7fELF")):
        return Artefact(Kind.FILE_PROGRAM, mark=f"file:{name.casefold()}", found=name, scheme=ending)
    if ending in _ARCHIVES:
        return Artefact(Kind.FILE_ARCHIVE, found=name, scheme=ending)
    return Artefact(Kind.FILE_DOCUMENT, found=name)
