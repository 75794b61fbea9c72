"""One writer sends texts made to be slow; the others read, reply and preview meanwhile. Nobody else may notice."""

import json
import threading
import time
from pathlib import Path

from visitors import Browser, percentile

LENGTH = 20_000
OTHERS_MAY_WAIT, WRITER_MAY_WAIT = 300, 2_500  # milliseconds
PLAIN = "Een **gewoon** antwoord met [een verwijzing](https://example.org/) en\n\n- een punt\n- nog een punt\n"
OWN = {
    "stars": "*a **a ", "brackets": "[a](", "quotes": "> ", "ticks": "`a``b", "table": "|a", "spaces": "a \n ",
    "nested lists": "- > ", "links": "https://a.nl/?", "escapes": "\\*_", "tildes": "~~a ~",
}  # fmt: skip


def texts(corpus: Path) -> list[str]:
    """Of the shared corpus what repeats one unit, and our own shapes, all as long as a post may be."""
    shapes = [(shape["prefix"], shape["unit"], shape["suffix"], shape["mirror"] or "")
              for shape in json.loads(corpus.read_text()) if shape["unit"]] if corpus.exists() else []  # fmt: skip
    shapes += [("", unit, "", "") for unit in OWN.values()]
    made = []
    for prefix, unit, suffix, mirror in shapes:
        times = (LENGTH - len(prefix + suffix)) // len(unit + mirror)
        made.append(f"{prefix}{unit * times}{suffix}{mirror * times}")
    return made


def measure(writer: Browser, others: list[Browser], thread: str, corpus: Path) -> dict[str, float]:
    """Milliseconds: the writer's slowest answer; the others' 95th percentile, for each thing they do."""
    hostile, seconds = texts(corpus), {"read": [], "reply": [], "preview": []}
    failures: list[int] = []
    done = threading.Event()

    def live(browser: Browser) -> None:
        preview = {"body": PLAIN, "place": f"thread:{thread}"}
        things = {
            "read": lambda: browser.ask(f"/threads/{thread}"),
            "reply": lambda: browser.ask(f"/threads/{thread}/posts", {"body": PLAIN}),
            "preview": lambda: browser.ask("/preview", preview, "application/json"),
        }
        while not done.is_set():
            for name, ask in things.items():
                status, took = timed(ask)
                seconds[name].append(took)
                if status >= 400:
                    failures.append(status)
            done.wait(0.25)  # people also read what came

    threads = [threading.Thread(target=live, args=(browser,)) for browser in others]
    for each in threads:
        each.start()
    waited = []
    for number, body in enumerate(hostile):
        path, extra = (f"/threads/{thread}/posts", {}) if number % 2 else ("/preview", {"place": f"thread:{thread}"})
        status, took = timed(lambda path=path, body=body, extra=extra: writer.ask(path, {"body": body, **extra}))
        waited.append(took)
        if status >= 500:
            failures.append(status)
    done.set()
    for each in threads:
        each.join()
    result = {"texts": len(hostile), "failures": len(failures), "writer, slowest": max(waited)}
    return result | {f"others {name}, p95": percentile(took, 95) for name, took in seconds.items()}


def timed(ask) -> tuple[int, float]:
    began = time.perf_counter()
    status, _ = ask()
    return status, (time.perf_counter() - began) * 1000
