"""The kills of tests/faults, more of them: ten kills and a thousand lines in a meeting take about seven minutes.

With --replies 2000 instead that many replies in a thread, a file with every fifth of them.
"""

import argparse
import tempfile
import time
from pathlib import Path

import load  # noqa: F401 (puts the project on the path)

from tests.faults import test_survive_a_kill as thread
from tests.faults.test_survive_a_kill_in_a_meeting import (
    SPEAKERS,
    assert_nothing_was_lost_or_doubled,
    hold_a_meeting_under_kills,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--replies", type=int, default=0)
    parser.add_argument("--kills", type=int, default=10)
    options = parser.parse_args()
    if options.replies:
        in_a_thread(options.replies // len(thread.WRITERS), options.kills)
    else:
        in_a_meeting(options.lines // len(SPEAKERS), options.kills)


def in_a_meeting(each: int, kills: int) -> None:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="brink-kills-") as folder:
        speakers, database = hold_a_meeting_under_kills(Path(folder), lines=each, kills=kills)
        assert_nothing_was_lost_or_doubled(speakers, database, lines=each, kills=kills)
    again = sum(speaker.unanswered for speaker in speakers)
    print(f"{each * len(SPEAKERS)} lines, {kills} kills, {again} sends without an answer, "
          f"{time.monotonic() - began:.0f} s: none lost, none double, all logs the same.")  # fmt: skip


def in_a_thread(each: int, kills: int) -> None:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="brink-kills-") as name:
        folder = Path(name)
        writers, fetched = thread.write_under_kills(folder, replies=each, kills=kills, patience=900)
        thread.assert_nothing_was_lost_or_doubled(folder, writers, fetched)
    again = sum(writer.unanswered for writer in writers)
    print(f"{each * len(writers)} replies with {len(fetched)} files, {kills} kills, {again} sends without an answer, "
          f"{time.monotonic() - began:.0f} s: none lost, none double, every file whole.")  # fmt: skip


if __name__ == "__main__":
    main()
