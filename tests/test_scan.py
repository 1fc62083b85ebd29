"""What `classguard scan` finds in an export, and what it hands on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import segno
from typer.testing import CliRunner

from bot.cli import app
from bot.exports.model import Broken, Exported
from bot.exports.report import as_data, as_page
from bot.exports.scanning import Scanner, Teacher

runner = CliRunner()
SCAM = "各位家长，请今天中午前扫码交资料费380元，交完发截图"


def scanned(*items: Exported | Broken, teachers: tuple[str, ...] = ("王丽老师",)) -> Scanner:
    scanner = Scanner([Teacher.parse(name) for name in teachers])
    for item in items:
        scanner.read(item)
    return scanner


def said(number: int, account: str, name: str, text: str) -> Exported:
    return Exported(
        place=f"line {number}", chat="三(2)班", id=str(number), sender_id=account, sender=name, text=text
    )


def telegram(folder: Path, **message: object) -> Path:
    """A Telegram export of one teacher's greeting and one message of somebody with her name."""
    shared = {"type": "message", "from": "王丽老师", "text": ""}
    rows = [
        {**shared, "id": 1, "date": "2024-03-01T08:00:00", "from_id": "user1", "text": "早上好"},
        {**shared, "id": 2, "date": "2024-03-01T10:00:00", "from_id": "user2", **message},
    ]
    file = folder / "result.json"
    file.write_text(json.dumps({"name": "三(2)班家长群", "messages": rows}, ensure_ascii=False), "utf-8")
    return file


def test_a_clone_is_found_because_the_first_to_use_the_name_is_the_teacher() -> None:
    report = scanned(said(1, "user1", "王丽老师", "明天带画笔"), said(2, "user2", "王丽老师", SCAM)).report
    assert [(one.place, one.verdict.level.word) for one in report.findings] == [("line 2", "alarm")]


def test_an_account_named_with_the_teacher_is_the_teacher_whoever_speaks_first() -> None:
    report = scanned(said(1, "user2", "王丽老师", SCAM), teachers=("王丽老师=user1",)).report
    assert report.findings[0].verdict.impersonates == "王丽老师"


def test_ordinary_talk_in_an_export_is_silent() -> None:
    talk = ("老师今天辛苦了", "资料费交过了吗？", "别给骗子转钱", "明天几点放学")
    report = scanned(
        *(said(number, f"user{number}", f"家长{number}", text) for number, text in enumerate(talk))
    ).report
    assert (report.messages, report.findings) == (len(talk), [])


def test_a_code_in_an_exported_picture_is_read(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    segno.make("wxp://f2f0Zm9yLXRlc3RzLW9ubHktbm90LWEtcGF5ZWU").save(
        str(tmp_path / "photos" / "1.png"), scale=6
    )
    export = telegram(tmp_path, photo="photos/1.png")
    result = runner.invoke(app, ["scan", str(export), "--teacher", "王丽老师", "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert [(one["place"], one["level"]) for one in found["findings"]] == [("line 1", "alarm")]


@pytest.mark.parametrize(
    "path", ["../secret.png", "/etc/hostname", "photos/../../secret.png", "x" * 5000, "\x00"]
)
def test_nothing_outside_the_export_is_opened(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    segno.make("wxp://f2f0Zm9yLXRlc3RzLW9ubHktbm90LWEtcGF5ZWU").save(str(tmp_path / "secret.png"), scale=6)
    result = runner.invoke(app, ["scan", str(telegram(folder, photo=path)), "--json"])
    assert result.exit_code == 0, result.output
    assert all("收款码" not in "".join(one["reasons"]) for one in json.loads(result.stdout)["findings"])


def test_the_page_holds_every_finding_and_nothing_an_export_could_run() -> None:
    hostile = "<script>alert(1)</script>"
    scanner = scanned(
        said(1, "user1", "王丽老师", "早"),
        said(2, "user2", "王丽老师", SCAM + hostile),
        Broken("line 3", hostile),
    )
    page = as_page(scanner.report, hostile, "zh-Hans")
    assert "<script" not in page and "&lt;script&gt;" in page and "资料费" in page
    assert "default-src 'none'" in page


def test_the_data_names_level_place_and_reasons() -> None:
    scanner = scanned(said(1, "user1", "王丽老师", "早"), said(2, "user2", "王丽老师", SCAM))
    data = as_data(scanner.report, "x.txt", "lines", "en")
    assert data["levels"] == {"clear": 1, "notice": 0, "caution": 0, "alarm": 1}
    assert data["findings"][0]["place"] == "line 2" and all(data["findings"][0]["reasons"])


def test_a_missing_export_and_a_nameless_teacher_are_refused_in_one_sentence(tmp_path: Path) -> None:
    for arguments in ([str(tmp_path / "nothing.json")], [str(telegram(tmp_path)), "--teacher", "=user1"]):
        result = runner.invoke(app, ["scan", *arguments])
        assert result.exit_code == 2 and "Traceback" not in result.output


def test_a_page_that_cannot_be_written_is_refused_before_the_export_is_read(tmp_path: Path) -> None:
    export = telegram(tmp_path, text=SCAM)
    done = runner.invoke(app, ["scan", str(export), "--html", str(tmp_path / "nowhere" / "page.html")])
    assert done.exit_code == 2
    assert "cannot be written" in " ".join(done.stderr.split()) and not done.stdout
