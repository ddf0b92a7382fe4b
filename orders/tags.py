"""Tags of orders: short words that people and rules put on them."""

LONGEST = 40


def read_tags(text: str) -> list[str]:
    """The tags in a text, separated by commas, each once, without empty ones."""
    return list(dict.fromkeys(word for part in text.split(",") if (word := " ".join(part.split())[:LONGEST].strip())))
