"""The program as the bench wants it: its own embedded server, one worker, without limits. Run by run.py, room.py."""

import argparse
import sys

import places

for of_the_tests in ("requests", "pygments"):  # Engine.IO and Markdown load these where they are there: 13 MiB
    sys.modules[of_the_tests] = None

from app.__main__ import Embedded, in_a_process_of_its_own, prepare  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database-url", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--demo", action="store_true", help="with the demo association, as `make run` does it")
    parser.add_argument("--limits", action="store_true", help="on writing, as in use")
    options = parser.parse_args()
    settings = places.settings(options.database_url, port=options.port, demo=options.demo,
                               limits_enabled=options.limits, base_url=f"http://127.0.0.1:{options.port}")  # fmt: skip
    in_a_process_of_its_own(prepare, settings)  # a database that an older version filled gets the newest form
    Embedded(settings).run()


if __name__ == "__main__":
    main()
