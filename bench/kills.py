"""The kills of tests/faults in a meeting, more of them: ten kills and a thousand lines take about seven minutes."""

import argparse
import tempfile
import time
from pathlib import Path

import load  # noqa: F401 (puts the project on the path)

from tests.faults.test_survive_a_kill_in_a_meeting import (
    SPEAKERS,
    assert_nothing_was_lost_or_doubled,
    hold_a_meeting_under_kills,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=10)
    options = parser.parse_args()
    each, began = options.lines // len(SPEAKERS), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="brink-kills-") as folder:
        speakers, database = hold_a_meeting_under_kills(Path(folder), lines=each, kills=options.kills)
        assert_nothing_was_lost_or_doubled(speakers, database, lines=each, kills=options.kills)
    again = sum(speaker.unanswered for speaker in speakers)
    print(f"{each * len(SPEAKERS)} lines, {options.kills} kills, {again} sends without an answer, "
          f"{time.monotonic() - began:.0f} s: none lost, none double, all logs the same.")  # fmt: skip


if __name__ == "__main__":
    main()
