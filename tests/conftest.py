"""What every test shares: logs in one plain line, without the rich tracebacks that take half a second each."""

import structlog

from bot.logs import where_it_failed

structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        where_it_failed,
        structlog.processors.KeyValueRenderer(key_order=["event"]),
    ]
)
