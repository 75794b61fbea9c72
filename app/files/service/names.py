"""The names that files come with."""

from app.core.text import tidy_line


def clean_name(name: str, *, most: int) -> str:
    """Without a path, control characters and direction marks; its end stays, for the extension."""
    name = tidy_line(name.replace("\\", "/").rpartition("/")[2])
    start, dot, extension = name.rpartition(".")
    name = f"{start[: most - len(extension) - 1]}{dot}{extension}" if dot else name
    return name[-most:]
