"""What start-up needed and the guard does not is no memory of the guard's; what it loaded is not looked through again."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref

import pytest

from bot import thrift

# Small enough to come from the heap, and a last piece that keeps the heap from shrinking by itself.
HOARD = """
from pathlib import Path
from bot.thrift import give_back

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1])

hoard = [bytes(100_000) for _ in range(1_000)]
last = bytes(100_000)
hoard.clear()
before = resident()
give_back()
print((before - resident()) * 4096)
"""


@pytest.mark.skipif(thrift._trim is None, reason="only glibc keeps what was let go of")
def test_what_was_let_go_of_is_given_back() -> None:
    told = subprocess.run([sys.executable, "-c", HOARD], capture_output=True, text=True, check=True)
    assert int(told.stdout) > 50_000_000


def test_where_there_is_nothing_to_call_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thrift, "_trim", None)
    thrift.give_back()


def test_what_is_loaded_is_not_looked_through_and_what_comes_later_is() -> None:
    before = gc.get_freeze_count()
    try:
        with thrift.loading():
            assert not gc.isenabled()
            loaded = [[number] for number in range(1_000)]
        assert gc.isenabled()
        assert gc.get_freeze_count() - before >= len(loaded)
    finally:
        gc.unfreeze()


class _Ring:
    """Something that only a collector can find."""

    def __init__(self) -> None:
        self.itself = self


def test_what_outlived_a_collection_is_set_aside_and_found_when_all_is_looked_through_again() -> None:
    with thrift.settling():
        ring = _Ring()
        gone = weakref.ref(ring)
        gc.collect()
        before = gc.get_freeze_count()
        del ring
        gc.collect()
        assert gone() is not None, "set aside"
        thrift.look_again()
        assert gone() is None
        assert 0 < gc.get_freeze_count() <= before
    gc.collect()
    assert gc.get_freeze_count() == 0, "and nothing once nobody guards"
