"""What is opened for a test and closed after it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest


def for_each_test(place: Callable[[Path], AbstractAsyncContextManager[object]]) -> object:
    """A fixture by the name it is given: a place of its own for each test, kept in the test's folder."""

    @pytest.fixture
    async def opened(tmp_path: Path) -> AsyncIterator[object]:
        async with place(tmp_path) as made:
            yield made

    return opened
