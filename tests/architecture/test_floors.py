"""Packages stand on floors: they look down, never up, never sideways (architecture.md, Floors)."""

from app.floors import FLOORS, PARTS
from tests.architecture.source import APP, HEIGHT, PACKAGES, imports_of, place_of, python_files, targets_of, where

LAST = ("views", "sockets", "api", "cli")  # side by side at the end of the line
RANK = {part: PARTS.index(part) if part not in LAST else len(PARTS) for part in PARTS}


def imports_of_features():
    for path in python_files():
        package, part = place_of(path)
        for found in imports_of(path) if package else ():
            for target in targets_of(found):
                yield (package, part), target, found, where(path, found.line)


def test_every_package_has_its_floor():
    folders = {path.name for path in APP.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert folders == set(PACKAGES)
    assert len(PACKAGES) == len(set(PACKAGES))


def test_a_package_imports_only_from_floors_below_its_own():
    """Nobody imports app/__init__ or __main__: they wire."""
    upward = [
        f"{place} imports {target[0] or 'app'}.{target[1]}"
        for (package, _part), target, _found, place in imports_of_features()
        if target[0] != package and target != ("", "floors")
        and (not target[0] or HEIGHT[target[0]] >= HEIGHT[package])
    ]  # fmt: skip
    assert upward == []


def test_a_file_imports_only_files_of_its_package_that_come_earlier():
    """events → models → … → frame → views, sockets, api, cli."""
    backward = [
        f"{place} imports {target[1]}"
        for (package, part), target, _found, place in imports_of_features()
        if package == target[0] and package != "core" and part != target[1]
        and target[1] != "__init__" and RANK[target[1]] >= RANK[part]
    ]  # fmt: skip
    assert backward == []


def test_a_package_has_the_files_that_every_package_has():
    """No file of another name: who knows one package knows them all."""
    strange = [
        str(path.relative_to(APP)) for path in python_files()
        if place_of(path)[0] not in ("", "core") and place_of(path)[1] not in (*PARTS, "__init__")
    ]  # fmt: skip
    assert strange == []


def test_a_package_says_in_its_init_what_it_is_and_nothing_else():
    for package in PACKAGES:
        text = (APP / package / "__init__.py").read_text().strip()
        assert (text[:3], text[-3:], text.count("\n")) == ('"""', '"""', 0), package


def test_no_circle_is_broken_by_an_import_inside_a_function():
    hidden = [place for _place, _target, found, place in imports_of_features() if found.is_inside_function]
    assert hidden == []


def test_nobody_takes_what_another_package_keeps_to_itself():
    private = [
        f"{place} takes {name}" for (package, _part), target, found, place in imports_of_features()
        for name in found.names if target[0] != package and name.startswith("_")
    ]  # fmt: skip
    assert private == []


def test_the_settings_know_nothing_of_ours():
    from tests.architecture.source import ROOT

    assert [found.module for found in imports_of(ROOT / "config.py") if found.module.startswith("app")] == []


def test_the_ground_floor_is_core():
    assert FLOORS[0] == ("core",)
