"""What a child process of ours is given: no secret."""

import os

SHARED = {"PATH", "LANG", "LD_LIBRARY_PATH"}


def bare_environment() -> dict[str, str]:
    return {name: os.environ[name] for name in SHARED & os.environ.keys()}
