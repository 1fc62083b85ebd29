"""The yardstick: a python-telegram-bot application with one empty handler, reporting when it has handled so many updates."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters


def main(milestones: set[int]) -> None:
    handled = 0

    async def empty(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        nonlocal handled
        handled += 1
        if handled in milestones:
            print(json.dumps({"handled": handled, "at": time.time()}), flush=True)

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
    main(set(map(int, sys.argv[1:])))
