"""Files are what their bytes and their last ending say, whatever their names pretend."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patterns.artefacts import Kind, judge_file
from patterns.artefacts.tables import table, words

WINDOWS_PROGRAM = b"MZ" + bytes(62) + b"PE\0\0"


def zipped(*names: str, body: bytes = b"x") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, body)
    return held.getvalue()


def locked(data: bytes) -> bytes:
    """The same archive with the bit set that says its first file is encrypted."""
    return data[:6] + bytes([data[6] | 1]) + data[7:]


@pytest.mark.parametrize(
    ("name", "scheme"),
    [
        ("期末成绩单(家长版).apk", "android"),
        ("班级合影.exe", "windows"),
        ("名单.EXE", "windows"),
        ("名单.exe.", "windows"),
        ("名单．ｅｘｅ", "windows"),
        ("update.msi", "installer"),
        ("缴费.lnk", "shortcut"),
        ("配置.mobileconfig", "profile"),
        ("Install.dmg", "apple"),
    ],
)
def test_a_program_is_known_by_its_ending(name: str, scheme: str) -> None:
    one = judge_file(name)
    assert (one.kind, one.scheme) == (Kind.FILE_PROGRAM, scheme)


@pytest.mark.parametrize(
    "name",
    [
        "Parent Consent Form.pdf.exe",
        "通知.pdf                                  .exe",
        "照片\u202egpj.exe",
        "通知\u2067fdp.scr",
        "成绩.jpg.apk",
        "通知.doc\x00.exe",
        "通知.xlsx .bat",
    ],
)
def test_a_program_that_pretends_to_be_a_document_is_disguised(name: str) -> None:
    one = judge_file(name)
    assert (one.kind, one.scheme) == (Kind.FILE_PROGRAM, "disguised")


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("军训须知.pdf", WINDOWS_PROGRAM),
        ("成绩.jpg", b"\x7fELF\x02\x01"),
        ("课表.docx", zipped("AndroidManifest.xml", "classes.dex")),
        ("名单.zip", zipped("META-INF/MANIFEST.MF", "classes.dex")),
    ],
)
def test_bytes_do_not_lie(name: str, head: bytes) -> None:
    one = judge_file(name, head)
    assert (one.kind, one.scheme) == (Kind.FILE_PROGRAM, "disguised")


def test_a_program_inside_an_archive_is_a_program() -> None:
    one = judge_file("名单.zip", zipped("说明.txt", "名单.exe"))
    assert (one.kind, one.scheme) == (Kind.FILE_PROGRAM, "archived")


@pytest.mark.parametrize("name", ["体检异常名单.zip", "资料.rar", "课件.7z"])
def test_an_archive_is_an_archive(name: str) -> None:
    one = judge_file(name)
    assert one.kind is Kind.FILE_ARCHIVE and one.scheme != "locked"


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("名单.zip", locked(zipped("名单.xlsx"))),
        ("名单.pdf", locked(zipped("名单.xlsx"))),
        ("名单.rar", b"Rar!\x1a\x07\x01\x00" + b"\x01\x02\x03\x04\x05" + b"\x04" + bytes(20)),
        ("二模讲评_解压密码见下.zip", b""),
        ("report password 1234.rar", b""),
    ],
)
def test_a_locked_archive_says_so(name: str, head: bytes) -> None:
    one = judge_file(name, head)
    assert (one.kind, one.scheme) == (Kind.FILE_ARCHIVE, "locked")


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("2025秋季代办费公示.pdf", b"%PDF-1.7"),
        ("中考体育评分标准.docx", zipped("[Content_Types].xml", "word/document.xml")),
        ("志愿者值班表.xlsx", b""),
        ("report.2025.final.pdf", b""),
        ("课件", b""),
        ("", b""),
        ("作业.py", b"print(1)"),
        ("合影.jpg", b"\xff\xd8\xff\xe0"),
        ("MZ notes.txt", b"MZ is short for many things. " * 40),
        ("exe的意思.txt", b""),
    ],
)
def test_an_ordinary_document_is_nothing_more(name: str, head: bytes) -> None:
    one = judge_file(name, head)
    assert (one.kind, one.scheme) == (Kind.FILE_DOCUMENT, "")


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("名单.xlsm", b""),
        ("名单.xlsx", zipped("xl/workbook.xml", "xl/vbaProject.bin")),
        ("旧表.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le")),
    ],
)
def test_a_document_that_runs_macros_says_so(name: str, head: bytes) -> None:
    one = judge_file(name, head)
    assert (one.kind, one.scheme) == (Kind.FILE_DOCUMENT, "macros")


@pytest.mark.parametrize(
    ("name", "head"), [("缴费.html", b""), ("缴费.pdf", b"\n<!DOCTYPE html><html>"), ("图.svg", b"<svg>")]
)
def test_a_web_page_sent_as_a_file_says_so(name: str, head: bytes) -> None:
    one = judge_file(name, head)
    assert (one.kind, one.scheme) == (Kind.FILE_DOCUMENT, "page")


def test_the_same_program_has_the_same_mark_under_invisible_marks() -> None:
    assert judge_file("名单\u200b.apk").mark == judge_file("名单.APK").mark != ""


def test_documents_have_no_mark_because_their_names_are_everybodys() -> None:
    assert judge_file("通知.pdf").mark == ""


def test_no_ending_is_both_a_program_and_trusted() -> None:
    files = table("files")
    programs = frozenset().union(*map(words, files["programs"].values()))
    assert not programs & (words(files["trusted"]) | words(files["archives"]) | words(files["pages"]))


@given(st.text(max_size=400), st.binary(max_size=200))
def test_any_file_is_answered(name: str, head: bytes) -> None:
    assert judge_file(name, head).found == name


@given(st.binary(max_size=300))
def test_any_bytes_after_an_archives_start_are_answered(tail: bytes) -> None:
    for start in (b"PK\x03\x04", b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00", b"7z\xbc\xaf\x27\x1c"):
        assert judge_file("x", start + tail).kind in {Kind.FILE_ARCHIVE, Kind.FILE_PROGRAM}
