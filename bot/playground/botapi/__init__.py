"""The Bot API side: what a bot may call, how its parameters are checked, what comes of it."""
