from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import plsym as pl

ROOT = Path(__file__).parent.parent
HEAVY = {
    "numba",
    "torch",
    "sympy",
    "matplotlib",
    "onnx",
    "sklearn",
    "scipy",
    "hypothesis",
    "networkx",
}


def _modules_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())


def test_import_plsym_loads_nothing_heavy() -> None:
    loaded = _modules_after("import plsym")
    assert "plsym" in loaded
    assert not loaded & {*HEAVY, "numpy", "flint", "gmpy2"}


def test_core_loads_no_framework_at_module_level() -> None:
    core = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for package in ("exact", "piecewise", "networks", "interop", "cli")
        for path in sorted((ROOT / "plsym" / package).glob("*.py"))
        if path.stem != "__init__"
    ]
    loaded = _modules_after("\n".join(f"import {name}" for name in core))
    assert "numpy" in loaded  # the modules really were imported
    assert not loaded & HEAVY


def test_all_agrees_with_the_lazy_table_and_the_type_checker() -> None:
    lazy = sorted([*pl._MODULES, *(name for names in pl._HOME.values() for name in names)])
    tree = ast.parse(Path(pl.__file__).read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If))
    typed = sorted(
        alias.name
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    )
    assert pl.__all__ == lazy == typed


def test_every_public_name_loads_and_is_listed() -> None:
    for name in pl.__all__:
        assert getattr(pl, name) is not None
        assert name in dir(pl)


def test_type_checkers_and_the_lazy_table_agree() -> None:
    tree = ast.parse((ROOT / "plsym" / "__init__.py").read_text())
    seen = {
        (imported.module, alias.name)
        for block in tree.body
        if isinstance(block, ast.If)
        for imported in block.body
        if isinstance(imported, ast.ImportFrom)
        for alias in imported.names
    }
    table = {(module, name) for module, names in pl._HOME.items() for name in names}
    table |= {("plsym", name) for name in pl._MODULES}
    assert seen == table
    assert sorted(name for _, name in table) == sorted(pl.__all__)


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'tnet'"):
        _ = pl.tnet


def test_version_is_that_of_the_project() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    assert f'version = "{pl.__version__}"' in project


def test_layers() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [lint, "--no-cache"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
