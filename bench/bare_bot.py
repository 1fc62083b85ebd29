"""The yardstick: a python-telegram-bot application with one empty handler, reporting when it has handled N updates."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters


def main(expected: int) -> None:
    handled = 0
    first = 0.0

    async def empty(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        nonlocal handled, first
        first = first or time.time()
        handled += 1
        if handled == expected:
            spent = time.process_time()
            print(json.dumps({"first": first, "last": time.time(), "cpu": spent}), flush=True)

    application: Any = (
        ApplicationBuilder()
        .token(os.environ["CLASSGUARD_TELEGRAM_TOKEN"])
        .base_url(os.environ["BENCH_BASE_URL"])
        .base_file_url(os.environ["BENCH_BASE_FILE_URL"])
        .build()
    )
    application.add_handler(MessageHandler(filters.ALL, empty))
    application.run_polling()


if __name__ == "__main__":
    main(int(sys.argv[1]))
