"""What may stand in one file only, and names that no file has."""

import ast
import re
from collections import defaultdict

from tests.architecture.source import ROOT, imports_of, nodes_of, python_files, where

NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "managers", "lib", "tools"}
SKIPPED_FOLDERS = {".venv", "node_modules", ".git", "vendor", "__pycache__", "var", "bench"}


def uses(*expressions, files):
    """Where an attribute or name is used, by its source text: `os.environ`, `Markup`."""
    return {
        str(path.relative_to(ROOT))
        for path in files for node in nodes_of(path)
        if isinstance(node, ast.Attribute | ast.Name) and ast.unparse(node) in expressions
    }  # fmt: skip


def names_taken(module, *names):
    return [
        where(path, node.lineno) for path in python_files() for node in nodes_of(path)
        if isinstance(node, ast.ImportFrom) and node.module == module
        and any(alias.name in names for alias in node.names)
    ]  # fmt: skip


def templates():
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())


def test_only_markup_says_what_is_html():
    """trust: `Markup(` in core/markup.py alone; others name the type at most."""
    calls = {
        str(path.relative_to(ROOT)) for path in python_files() for node in nodes_of(path)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Markup", "markupsafe.Markup", "flask.Markup")
    }  # fmt: skip
    assert calls == {"app/core/markup.py"}


def test_no_template_marks_something_safe_by_itself():
    """trust: no |safe, no autoescape false, anywhere."""
    unsafe = re.compile(r"\|\s*safe\b|autoescape\s+false|\bMarkup\b")
    assert [str(path) for path in templates() if unsafe.search(path.read_text())] == []
    assert "safe" not in {
        node.value for path in python_files() for node in nodes_of(path) if isinstance(node, ast.Constant)
    }


def test_no_class_of_ours_pretends_to_be_html():
    """`__html__` would be `Markup` by another name."""
    found = [path for path in python_files() if "__html__" in path.read_text()]
    assert found == []


def test_only_the_settings_read_the_environment():
    """The renderer's pool names it once more, to leave nearly all of it behind when it starts a child."""
    files = [*python_files(), ROOT / "config.py", ROOT / "migrations" / "env.py"]
    readers = uses("os.environ", "os.getenv", "os.environb", files=files)
    assert readers == {"config.py", "app/core/children.py"}
    assert names_taken("os", "environ", "getenv", "environb") == []


def test_a_child_that_renders_gets_next_to_nothing_of_the_environment():
    from app.core.children import SHARED

    assert {"PATH", "LANG", "LD_LIBRARY_PATH"} == SHARED


def test_only_the_clock_reads_the_time():
    """core/clock.py; the renderer counts its own second with a monotonic clock."""
    reading = uses("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns",
                   "time.localtime", "time.gmtime", "datetime.datetime.now", files=python_files())  # fmt: skip
    assert reading == {"app/core/clock.py"}
    counting = uses("time.monotonic", "time.perf_counter", "time.monotonic_ns", files=python_files())
    assert counting <= {"app/core/clock.py", "app/core/markup_pool.py", "app/core/markup_child.py"}
    assert names_taken("time", "time", "monotonic", "time_ns") == []


def test_what_only_a_bucket_needs_is_loaded_only_where_one_is_asked():
    """stack.md: an extra. Who keeps files in a folder has not even installed it."""
    taken = {
        (str(path.relative_to(ROOT)), found.is_inside_function)
        for path in [*python_files(), ROOT / "config.py"] for found in imports_of(path)
        if found.module.split(".")[0] in ("boto3", "botocore", "s3transfer")
    }  # fmt: skip
    assert taken == {("app/files/service/bucket.py", True)}


def test_the_database_gives_no_times_of_its_own():
    """Then a set clock would not set them."""
    assert uses("func.now", "func.current_timestamp", files=python_files()) == set()


def test_every_file_has_a_name_of_its_own():
    """architecture.md: a thing without a proper name has no place yet. base.html is the frame that it names."""
    nameless = [
        str(path.relative_to(ROOT)) for path in ROOT.rglob("*")
        if path.stem.strip("_") in NAMELESS and not SKIPPED_FOLDERS & set(path.relative_to(ROOT).parts)
        and path != ROOT / "templates" / "base.html" and path.suffix != ".css"
    ]  # fmt: skip
    assert nameless == []


def test_no_two_parts_of_the_look_share_a_class():
    """They stand in one layer: the later would redraw the earlier. Only live.css adds to a part of another file."""
    own_rule = re.compile(r"^((?:\.[\w-]+, *)*\.[\w-]+) *\{", re.MULTILINE)
    files = defaultdict(set)
    for path in (ROOT / "static" / "css" / "components").glob("*.css"):
        for classes in own_rule.findall(path.read_text(encoding="utf-8")) if path.name != "live.css" else ():
            for name in classes.split(","):
                files[name.strip()].add(path.name)
    assert len(files) > 100
    assert {name: sorted(where) for name, where in files.items() if len(where) > 1} == {}


def test_the_top_level_stays_as_small_as_it_is():
    import subprocess

    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        import pytest

        pytest.skip("this copy has no history")
    top = {line.split("/")[0] for line in listed.stdout.splitlines()}
    assert top <= {
        "app", "templates", "static", "migrations", "tests", "config.py", "pyproject.toml", "README.md", "Makefile",
        "requirements.lock", "requirements-dev.lock", "requirements-s3.lock", "requirements-servers.lock",
        "requirements-lmtp.lock",
        "package.json", "package-lock.json", ".ci", "bench", "deploy", "LICENSE", ".gitignore", ".gitattributes",
        ".editorconfig",
    }  # fmt: skip


def test_every_module_says_what_it_is_about():
    silent = [str(path.relative_to(ROOT)) for path in python_files() if not ast.get_docstring(nodes_of(path)[0])]
    assert silent == []
