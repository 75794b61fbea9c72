"""The program as text: what each file imports and says."""

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

from app.floors import FLOORS

ROOT = Path(__file__).parents[2]
APP = ROOT / "app"
PACKAGES = [package for floor in FLOORS for package in floor]
HEIGHT = {package: height for height, floor in enumerate(FLOORS) for package in floor}


class Import(NamedTuple):
    """`module` as written out in full, `names` what is taken from it."""

    module: str
    names: tuple[str, ...]
    line: int
    is_inside_function: bool


def python_files(*folders):
    return sorted(path for folder in folders or (APP,) for path in folder.rglob("*.py"))


def place_of(path):
    """(package, part) of a file below app/: ("discussions", "service"), or ("", "__main__")."""
    steps = path.relative_to(APP).with_suffix("").parts
    return (steps[0], steps[1]) if len(steps) > 1 else ("", steps[0])


@cache
def nodes_of(path):
    """Every node of its syntax tree: walking is what takes the time, and a dozen tests look at all of them."""
    return tuple(ast.walk(ast.parse(path.read_text())))


@cache
def imports_of(path):
    functions = [node for node in nodes_of(path) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = {id(node) for function in functions for node in ast.walk(function)}
    found = []
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            found += [Import(alias.name, (), node.lineno, id(node) in inside) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            names = tuple(alias.name for alias in node.names)
            found.append(Import(node.module, names, node.lineno, id(node) in inside))
    return tuple(found)


def targets_of(found):
    """The (package, part) pairs below app/ that an import reaches: `from app.groups import queries` names a part."""
    steps = found.module.split(".")
    if steps[0] != "app":
        return
    if len(steps) >= 3:
        yield steps[1], steps[2]
    elif len(steps) == 2:
        for name in found.names or ("__init__",):
            is_part = (APP / steps[1] / name).is_dir() or (APP / steps[1] / f"{name}.py").exists()
            yield steps[1], name if is_part else "__init__"
    else:
        for name in found.names or ("__init__",):
            yield (name, "__init__") if (APP / name).is_dir() else ("", name)


def where(path, line):
    return f"{path.relative_to(ROOT)}:{line}"
