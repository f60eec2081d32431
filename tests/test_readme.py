"""The README's sessions are run and compared with what they claim to print."""

from __future__ import annotations

import contextlib
import doctest
import glob
import io
import os
import re
import shlex
from pathlib import Path

import pytest

from plsym.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
#: `.ci/run` runs the set-up commands (`bash`) as they stand; here their plsym part is run.
KINDS = {"pycon", "console", "bash"}
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def _blocks(kind: str) -> list[str]:
    return [body for language, body in BLOCKS if language == kind]


def _commands() -> list[tuple[str, str]]:
    """The `$ plsym ...` lines of the console blocks with the output shown below each."""
    found: list[tuple[str, str]] = []
    for body in _blocks("console"):
        for chunk in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
            command, _, output = chunk.partition("\n")
            found.append((command, output))
    return found


def test_set_up_commands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    first, second = _blocks("bash")
    calls = [part for part in first.split("&&") if ".venv/bin/plsym" in part]
    assert calls and "pytest" in second
    for call in calls:
        program, *arguments = shlex.split(call)
        assert program == ".venv/bin/plsym" and main(arguments) == 0
    shown = capsys.readouterr().out
    for word in ("pieces", "transitions", "laps", "Lipschitz constant", "growth of counts"):
        assert word in shown


def test_every_block_is_of_a_known_kind() -> None:
    assert {language for language, _ in BLOCKS} <= KINDS
    assert _blocks("pycon")
    assert _commands()


def test_python_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    session = "\n".join(_blocks("pycon"))
    test = doctest.DocTestParser().get_doctest(session, {}, "README.md", "README.md", 0)
    assert test.examples
    report: list[str] = []
    result = doctest.DocTestRunner(optionflags=FLAGS, verbose=False).run(test, out=report.append)
    assert result.failed == 0, "".join(report)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all commands run, so that one can read what an earlier one has written."""
    path = tmp_path_factory.mktemp("readme")
    os.symlink(ROOT / "examples", path / "examples")
    return path


@pytest.mark.parametrize(("command", "expected"), _commands())
def test_shell_sessions(
    command: str, expected: str, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(directory)
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()) as talk:
        code = _run(command)
    # 1 and 3 are answers too: refuted, does not apply
    assert code in (0, 1, 3) and bool(code) == _negative(expected), talk.getvalue()
    same = doctest.OutputChecker().check_output(expected, output.getvalue(), FLAGS)
    assert same, f"$ {command}\nexpected:\n{expected}\ngot:\n{output.getvalue()}"


def _negative(expected: str) -> bool:
    return ": refuted" in expected or ": does not apply" in expected


def _run(command: str) -> int:
    program, *words = shlex.split(command)
    assert program == "plsym", f"a console block runs plsym, not {program}"
    arguments = []
    for word in words:
        arguments += sorted(glob.glob(word)) if "*" in word and glob.glob(word) else [word]
    return main(arguments)


def test_setup_commands_name_what_exists() -> None:
    """The two one-line set-ups use files and extras of this repository."""
    project = (ROOT / "pyproject.toml").read_text()
    lines = [line for body in _blocks("bash") for line in body.splitlines() if "venv" in line]
    assert len(lines) == 2
    for line in lines:
        for path in re.findall(r"examples/[\w.]+", line):
            assert (ROOT / path).is_file(), path
        for extra in re.findall(r"\[([\w,]+)\]", line):
            for name in extra.split(","):
                assert re.search(rf"^{name} = \[", project, re.MULTILINE), name
