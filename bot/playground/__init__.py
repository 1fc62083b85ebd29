"""A small Telegram on loopback, in which the real bot guards a class group of make-believe people."""

from bot.playground.server import Playground

__all__ = ["Playground"]
