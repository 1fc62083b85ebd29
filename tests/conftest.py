"""What every test shares: logs in one plain line, whatever the test before left behind."""

import pytest
import structlog

from bot.logs import where_it_failed


@pytest.fixture(autouse=True)
def plain_logs() -> None:
    # The default's rich tracebacks take half a second each.
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            where_it_failed,
            structlog.processors.KeyValueRenderer(key_order=["event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(0),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=False,
    )
