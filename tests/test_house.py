"""The house itself: packages resolve inside the repository, nothing shadows them, functions stay small."""

import ast
import importlib
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("pipeline", "models", "storage", "flows", "review")


def sources() -> list[Path]:
    return [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(ROOT)}:{node.name}", node


@pytest.mark.parametrize("name", PACKAGES)
def test_each_package_is_the_one_in_this_repository(name: str) -> None:
    found = Path(importlib.import_module(name).__file__ or "")
    assert found.parent == ROOT / name


def test_datasets_is_no_package() -> None:
    assert not list((ROOT / "datasets").rglob("__init__.py"))


def test_no_module_is_named_like_a_top_level_package() -> None:
    shadows = [path for path in sources() if path.stem in PACKAGES and path.parent != ROOT]
    assert shadows == []


def test_functions_are_small() -> None:
    lengths = sorted((node.end_lineno or 0) - node.lineno + 1 for _, node in functions())
    assert statistics.median(lengths) <= 12
    assert lengths[int(0.9 * len(lengths))] <= 34


def test_every_function_is_typed() -> None:
    untyped = [
        name
        for name, node in functions()
        if node.returns is None
        or any(
            argument.annotation is None and argument.arg not in ("self", "cls")
            for argument in node.args.posonlyargs + node.args.args + node.args.kwonlyargs
        )
    ]
    assert untyped == []


def test_broad_excepts_live_at_a_flows_boundary_only() -> None:
    broad = [
        str(path.relative_to(ROOT))
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and "Exception" in node.type.id))
        and (node.type is None or node.type.id in ("Exception", "BaseException"))
    ]
    assert all(name.startswith("flows/") for name in broad)
    assert len(broad) <= 1
