"""``python -m tests.mutation GROUP``: change the code, one place at a time; who notices?

mutmut makes the changes in a scratch copy of the tree and runs the tests of the group on
each.  A run that was stopped goes on from where it was.  After changes of tests only the
mutants that had survived are run again, less those that survivors.md explains; ``--fresh``
runs all of them again.

Not changed are: code outside of functions (tables, constants, defaults other than plain
numbers, names and strings), functions with a decorator other than staticmethod and
classmethod (so: properties, cached functions, overloads), loops for numba (their numpy
twins are changed, and compared with them), what is inside ``len(...)`` and
``isinstance(...)``, annotations, and strings in triple quotes.  Nested functions and
lambdas are changed as parts of the function around them.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from .groups import GROUPS, Group
from .results import Explanations, read, table

ROOT = Path(__file__).parents[2]
SURVIVORS = Path(__file__).with_name("survivors.md")
COPIED = ("plsym", "tests", "examples", "README.md", "CERTIFICATES.md", "pyproject.toml")


def main() -> int:
    """Copy the tree, let mutmut run, and say what it found."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutation",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("group", choices=GROUPS, metavar="GROUP", help=f"of {', '.join(GROUPS)}")
    parser.add_argument("mutants", nargs="*", help="names or patterns such as '*tower.x_*'")
    parser.add_argument("--folder", type=Path, help="scratch folder (default: a temporary one)")
    parser.add_argument("--fresh", action="store_true", help="forget what was done")
    parser.add_argument("--no-run", action="store_true", help="only show what was found")
    args = parser.parse_args()
    group = GROUPS[args.group]
    key = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    folder = args.folder or Path(tempfile.gettempdir(), f"plsym-mutation-{key}-{args.group}")
    if folder.resolve().is_relative_to(ROOT):
        parser.error("the scratch folder must lie outside of the tree")
    print(f"scratch copy: {folder}", flush=True)
    code = 0
    if not args.no_run:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with Path(f"{folder}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                parser.error("another run is at work in this folder")
            if args.fresh and folder.exists():
                shutil.rmtree(folder)
            _copy(folder)
            _configure(folder, group)
            _forget_unnoticed(folder, group)
            code = _run(args.mutants, folder, _environment(group), lock.fileno())
    if code not in (0, 130):
        print(f"mutmut ended with code {code}; what it said: {folder / 'mutmut.log'}")
    _report(folder)
    return code


def _run(mutants: list[str], folder: Path, environment: dict[str, str], lock: int) -> int:
    """Run mutmut; where nobody looks on, what it says goes to a file."""
    command = [sys.executable, "-m", "tests.mutation.child", *mutants]
    with (folder / "mutmut.log").open("w") as log:
        shown = None if sys.stdout.isatty() else log
        child = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdout=shown,
            stderr=shown,
            pass_fds=(lock,),  # the folder is taken as long as any of them runs
            start_new_session=True,  # and they end together
        )
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            return child.wait()
        except KeyboardInterrupt:
            print("stopped; the same command goes on from here")
            return 130
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGTERM)
            child.wait()


def _copy(folder: Path) -> None:
    """Bring the copy up to date; files that did not change keep their time stamps."""
    wanted = {}
    for name in COPIED:
        path = ROOT / name
        found = path.rglob("*") if path.is_dir() else [path]
        wanted.update({f.relative_to(ROOT): f for f in found if f.is_file()})
    wanted = {k: v for k, v in wanted.items() if "__pycache__" not in k.parts}
    for place in (folder, folder / "mutants"):
        for name in ("plsym", "tests", "examples"):
            for old in (place / name).rglob("*.py"):
                if old.relative_to(place) not in wanted:
                    old.unlink()
    for name, source in wanted.items():
        target = folder / name
        if not target.exists() or target.read_bytes() != source.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def _configure(folder: Path, group: Group) -> None:
    tests = [f"tests/{name}" for name in group.tests]
    arguments = ["-p", "tests.mutation.settings", "-p", "no:cacheprovider"]
    arguments += [f"--deselect=tests/{name}" for name in group.without]
    config = {
        "source_paths": ["plsym"],
        "only_mutate": list(group.modules),
        "also_copy": ["examples", "README.md", "CERTIFICATES.md"],
        "pytest_add_cli_args_test_selection": tests,
        "pytest_add_cli_args": arguments,
        "timeout_multiplier": 2.5,  # of the time that the tests take unchanged, and some seconds
        "timeout_constant": 3.0,
        "use_setproctitle": False,
        "use_git_change_detection": False,
        "on_dependency_change": "ignore",
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in config.items()]
    with (folder / "pyproject.toml").open("a") as file:
        file.write("\n[tool.mutmut]\n" + "\n".join(lines) + "\n")


def _forget_unnoticed(folder: Path, group: Group) -> None:
    """Where tests have changed, what they did not notice is asked again."""
    tests = {name.split("::")[0] for name in group.tests}
    helpers = {f.name for f in (folder / "tests").glob("*.py") if not f.name.startswith("test_")}
    digest = hashlib.sha256((folder / "pyproject.toml").read_bytes())
    for name in sorted(tests | helpers):
        digest.update((folder / "tests" / name).read_bytes())
    mark = folder / "tests.digest"
    if mark.exists() and mark.read_text() != digest.hexdigest():
        (folder / "mutants/mutmut-stats.json").unlink(missing_ok=True)
        known = Explanations.load(SURVIVORS)
        asked = {one.mutant for one in read(folder)[1] if not known.explain(one)}
        for meta in (folder / "mutants").rglob("*.meta"):
            data = json.loads(meta.read_text())
            codes = data["exit_code_by_key"]
            data["exit_code_by_key"] = {k: None if k in asked else v for k, v in codes.items()}
            meta.write_text(json.dumps(data, indent=4))
    mark.write_text(digest.hexdigest())


def _environment(group: Group) -> dict[str, str]:
    return {
        **os.environ,
        **group.environment,
        "HYPOTHESIS_PROFILE": "mutation",
        "PLSYM_MUTATION_EXAMPLES": str(group.examples),
        "PLSYM_MUTATION_MORE": json.dumps(group.more_examples),
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
    }


def _report(folder: Path) -> None:
    counts, survivors = read(folder)
    known = Explanations.load(SURVIVORS)
    equal: Counter[str] = Counter()
    lines = []
    for one in survivors:
        if known.explain(one):
            equal[next(name for name in counts if name.endswith("/" + one.place.split()[0]))] += 1
        else:
            lines += [f"# {one.mutant}: {one.status}", f"- `{one.place}`: ``{one.change}``"]
            lines += [one.diff, ""]
    out = folder / "survivors.txt"
    out.write_text("\n".join(lines))
    print(table(counts, equal))
    print(f"not noticed and not explained in {SURVIVORS.name}: see {out}")


if __name__ == "__main__":
    sys.exit(main())
