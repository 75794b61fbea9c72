"""Where the bench keeps what it makes, and the settings it gives Brink. Light: the parent of a server imports it."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from config import Settings  # noqa: E402

FOLDER = ROOT / "var/bench"
SECRET = "a-secret-of-the-bench-only-0123456789"


def settings(database_url: str, *, limits_enabled: bool = False, **more) -> Settings:
    return Settings(secret_key=SECRET, database_url=database_url, log_level="WARNING", outbox=FOLDER / "outbox",
                    jobs_file=FOLDER / "jobs.db", storage_url=f"file://{FOLDER}/files", limits_enabled=limits_enabled,
                    **more)  # fmt: skip
