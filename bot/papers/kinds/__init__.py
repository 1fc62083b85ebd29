"""One kind of paper a file; each has `draw(facts, language) -> bytes`."""
