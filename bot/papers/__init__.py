"""Documents and pictures the bot hands out: drawn in a process of their own, just before they are sent."""
