"""Kills, full disks, interrupts and dead workers: nothing half written, nothing done lost."""

from __future__ import annotations

import contextlib
import functools
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from pathlib import Path

import pytest

import plsym as pl
from plsym.errors import WorkerError
from plsym.experiments.running import run_units

ROOT = Path(__file__).parent.parent
posix = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")

# Writes two versions of everything in turn, as fast as it can; its output says when it began.
WRITER = """
import sys
from pathlib import Path
import plsym as pl
from plsym.atomic import write_atomically

folder, kind = Path(sys.argv[1]), sys.argv[2]
nets = [pl.random_network([2, n, n, 1], seed=n) for n in (10, 14)]
claims = [pl.certify.laps(pl.tent(), n) for n in (3, 60)]
pages = [b"<html>" + bytes([n]) * 400_000 + b"</html>" for n in (65, 66)]

def write(i):
    if kind == "certificate":
        claims[i].save(folder / "certificate.json")
    elif kind == "page":
        write_atomically(folder / "page.html", pages[i])
    else:
        pl.save(nets[i], folder / f"net{kind}")

write(0)
print("began", flush=True)
while True:
    write(1)
    write(0)
"""


def _start(*arguments: str, **options) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        **options,
    )


def _ended(process: subprocess.Popen) -> None:
    process.kill()
    process.communicate()


@posix
@pytest.mark.parametrize("kind", [".json", ".npz", "certificate", "page"])
def test_a_kill_in_the_middle_of_a_write_leaves_a_whole_file(tmp_path, kind):
    rng = random.Random(kind)
    seen = set()
    process = _start("-c", WRITER, str(tmp_path), kind)
    try:
        assert process.stdout.readline() == "began\n"
        # stopped, the process is where a kill would leave it
        for _ in range(20):
            time.sleep(rng.uniform(0.0005, 0.006))
            process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
            seen.add(_read_whole(tmp_path, kind))
            process.send_signal(signal.SIGCONT)
        time.sleep(rng.uniform(0, 0.01))
    finally:
        _ended(process)
    seen.add(_read_whole(tmp_path, kind))
    assert len(seen) == 2


def _read_whole(folder: Path, kind: str) -> object:
    """Read the file, which must be one of two versions as a whole."""
    if kind == "certificate":
        certificate = pl.Certificate.load(folder / "certificate.json")
        assert pl.check(certificate)
        return certificate.statement
    if kind == "page":
        content = (folder / "page.html").read_bytes()
        assert content in [b"<html>" + bytes([n]) * 400_000 + b"</html>" for n in (65, 66)]
        return content[6]
    return pl.load(folder / f"net{kind}").widths


# resuming ------------------------------------------------------------------------------------


def slow_cube(x: int) -> dict:
    """A task that takes long enough to be killed in."""
    time.sleep(0.005)
    return {"cube": Fraction(x**3, 7), "digits": 10 ** (x * 100), "text": "a" * 5000}


ITEMS = {f"item {k}": k for k in range(30)}

RUNNER = """
import sys
sys.path.insert(0, {tests!r})
from concurrent.futures import ProcessPoolExecutor
import plsym as pl
from test_faults import ITEMS, run_units, slow_cube
if __name__ == "__main__":
    path, kind = sys.argv[1:]
    print("began", flush=True)
    if kind == "sweep":
        pl.sweep(slow_cube, ITEMS, path=path)
    else:
        run_units("faults", slow_cube, ITEMS, out=path)
"""


@posix
@pytest.mark.parametrize("kind", ["sweep", "units"])
def test_a_run_that_was_killed_goes_on_to_the_same_answer(tmp_path, kind):
    pytest.importorskip("matplotlib") if kind == "units" else None
    script = tmp_path / "runner.py"
    script.write_text(RUNNER.format(tests=str(ROOT / "tests")))
    path = tmp_path / "sweep.jsonl" if kind == "sweep" else tmp_path / "out"
    lines = 0
    for _ in range(2):
        process = _start(str(script), str(path), kind)
        try:
            assert process.stdout.readline() == "began\n"
            until = time.monotonic() + 20
            while _lines(path) <= lines + 1 and time.monotonic() < until:
                time.sleep(0.002)
        finally:
            _ended(process)
        assert lines + 1 < _lines(path) < len(ITEMS)
        lines = _lines(path)
    calls = []
    before = _file(path).read_bytes()

    def progress(done, total):
        calls.append(done)

    if kind == "sweep":
        found = pl.sweep(slow_cube, ITEMS, path=path, progress=progress)
    else:
        found = run_units("faults", slow_cube, ITEMS, out=path, progress=progress)
    assert found == {key: slow_cube(value) for key, value in ITEMS.items()}
    assert list(found) == list(ITEMS)
    assert calls[0] == lines and len(calls) == len(ITEMS) - lines + 1
    # what was done stays as it was
    assert _file(path).read_bytes().startswith(before[: before.rindex(b"\n") + 1])


def _file(path: Path) -> Path:
    return path if path.suffix else next(iter(path.glob("*.jsonl")), path / "none")


def _lines(path: Path) -> int:
    """The number of whole lines of a file, its first included."""
    file = _file(path)
    return file.read_bytes().count(b"\n") if file.exists() else 0


def _identity(x: int) -> int:
    return x


def test_a_sweep_goes_on_from_every_torn_file(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: None)
    path = tmp_path / "sweep.jsonl"
    expected = pl.sweep(_identity, range(3), path=path)
    whole = path.read_bytes()
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        assert pl.sweep(_identity, range(3), path=path) == expected
        assert path.read_bytes() == whole


def test_long_numbers_survive_a_sweep_and_its_file(tmp_path):
    path = tmp_path / "sweep.jsonl"
    items = {"a": 20_000, "b": -20_000}
    assert pl.sweep(_long, items, path=path) == pl.sweep(_long, items, path=path)
    assert pl.sweep(_long, items, path=path)["b"] == [-(7**20_000), Fraction(-(7**20_000), 3)]


def _long(x: int) -> list:
    sign = 1 if x > 0 else -1
    return [sign * 7 ** abs(x), Fraction(sign * 7 ** abs(x), 3)]


# workers that die ----------------------------------------------------------------------------


def _square(x: int, folder: str, end) -> int:
    """Square, but end at five, once the items before it are done."""
    if x == 5 and not (Path(folder) / "works now").exists():
        while not all((Path(folder) / str(k)).exists() for k in range(5)):
            time.sleep(0.01)
        time.sleep(0.3)  # their results are on the way
        end()
    (Path(folder) / str(x)).touch()
    return x * x


def _die() -> None:
    os._exit(9)


def _fail() -> None:
    raise ValueError("five")


@pytest.mark.parametrize(("end", "error"), [(_die, WorkerError), (_fail, ValueError)])
def test_a_worker_that_dies_costs_only_its_item(tmp_path, end, error):
    task = functools.partial(_square, folder=str(tmp_path), end=end)
    items = {str(k): k for k in range(8)}
    path = tmp_path / "sweep.jsonl"
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool, pytest.raises(error) as caught:
        pl.sweep(task, items, executor=pool, path=path)
    kept = [json.loads(line)["item"] for line in path.read_bytes().splitlines()[1:]]
    assert set("01234") <= set(kept) and "5" not in kept
    if error is WorkerError:
        assert f"{len(kept)} of 8 items are done and kept in {path}" in str(caught.value)
    (tmp_path / "works now").touch()
    calls = []
    found = pl.sweep(task, items, path=path, progress=lambda *n: calls.append(n))
    assert found == {str(k): k * k for k in range(8)}
    assert len(calls) == 8 - len(kept)


class _Dying(pl.ReLUNetwork):
    """A network that ends the process that unpickles it."""

    def __reduce__(self):
        return os._exit, (9,)


def test_counting_in_parts_names_a_dead_worker():
    network = pl.random_network([2, 3, 1], seed=0)
    dying = _Dying(network.nodes, network.input_shape, network.output)
    context = multiprocessing.get_context("spawn")
    with (
        ProcessPoolExecutor(1, mp_context=context) as pool,
        pytest.raises(WorkerError, match=r"0 of \d+ parts were done"),
    ):
        pl.count_regions(dying, [(-1, 1)] * 2, executor=pool)


# full disks ----------------------------------------------------------------------------------


@contextlib.contextmanager
def _largest_file(size: int):
    """No file of this process grows beyond a size: writing fails as on a full disk."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


@posix
@pytest.mark.parametrize("suffix", [".json", ".npz", ".nnet"])
def test_a_full_disk_keeps_the_old_network(tmp_path, suffix):
    path = tmp_path / f"net{suffix}"
    pl.save(pl.sawtooth_network(1), path)
    old = path.read_bytes()
    with _largest_file(300), pytest.raises(OSError, match="large"):
        pl.save(pl.random_network([1, 60, 1], seed=0), path)
    assert path.read_bytes() == old
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@posix
def test_a_full_disk_keeps_the_whole_lines_of_a_sweep(tmp_path):
    path = tmp_path / "sweep.jsonl"
    with _largest_file(12_000), pytest.raises(OSError, match="large"):
        pl.sweep(slow_cube, ITEMS, path=path)
    content = path.read_bytes()
    assert content.endswith(b"\n") and content.count(b"\n") > 1
    for line in content.splitlines():
        json.loads(line)
    assert pl.sweep(slow_cube, ITEMS, path=path) == {k: slow_cube(v) for k, v in ITEMS.items()}


@posix
def test_a_full_disk_is_one_line_of_the_command(tmp_path):
    limited = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "from plsym.cli import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    path = tmp_path / "certificate.json"
    path.write_text("old")
    process = _start("-B", "-c", limited, "growth", "tent", "-o", str(path))
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2, errors
    assert errors.splitlines()[-1].startswith("plsym: error: ")
    assert "too large" in errors and "Traceback" not in errors
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


# interrupts ----------------------------------------------------------------------------------


COMMAND = """
import sys
from plsym.cli import main
if __name__ == "__main__":
    print("began", flush=True)
    sys.exit(main(sys.argv[1:]))
"""


@posix
@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_ends_a_command_and_its_workers(tmp_path, jobs):
    network = tmp_path / "net.json"
    pl.save(pl.random_network([2, 300, 300, 300, 1], seed=0), network)
    script = tmp_path / "command.py"
    script.write_text(COMMAND)
    before = sorted(tmp_path.iterdir())
    words = ["regions", str(network)]
    if jobs == 1:
        words += ["-o", str(tmp_path / "certificate.json")]
    else:
        words += ["--definition", "activation", "--jobs", str(jobs)]
    process = _start(str(script), *words, start_new_session=True)
    try:
        assert process.stdout.readline() == "began\n"
        time.sleep(1.5)
        os.kill(process.pid, signal.SIGINT)  # the command alone, not its workers
        _, errors = process.communicate(timeout=10)
        assert process.returncode == 130, errors
        assert errors.splitlines()[-1] == "plsym: interrupted" and "Traceback" not in errors
        with pytest.raises(ProcessLookupError):  # nobody is left
            for _ in range(100):
                os.killpg(process.pid, 0)
                time.sleep(0.02)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        _ended(process)
    assert sorted(tmp_path.iterdir()) == before
