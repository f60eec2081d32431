"""A process that lets one target read one damaged file after the other."""

from __future__ import annotations

import gc
import hashlib
import os
import resource
import signal
import sys
import time
import traceback
import warnings
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any


class Hang(BaseException):
    """One file takes too long."""


class Child:
    """The state of a run: what was read, what broke."""

    def __init__(self, arguments: list[str]) -> None:
        self.target, folder, out = arguments[:3]
        self.folder, self.out = Path(folder), Path(out)
        self.seconds, self.seed = float(arguments[3]), int(arguments[4])
        self.memory, self.limit = int(arguments[5]), float(arguments[6])
        self.coverage = arguments[7:] == ["coverage"]
        self.executions = self.read = 0
        self.kinds: set[str] = set()
        self.slowest = 0.0
        self.began = time.monotonic()

    def prepare(self) -> None:
        """Import all that the target needs, then bound what it may take."""
        from .seeds import SEEDS
        from .targets import attempt

        self.attempt, self.seeds = attempt, SEEDS[self.target]()
        for content in self.seeds:
            attempt(self.target, content, self.folder)
        status = Path("/proc/self/status")
        used = 0
        if status.exists():
            line = next(t for t in status.read_text().splitlines() if t.startswith("VmSize"))
            used = int(line.split()[1]) * 1024
            most = used + self.memory * 2**20
            resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))
        signal.signal(signal.SIGPROF, self._late)
        self.began = time.monotonic()

    def _late(self, number: int, frame: FrameType | None) -> None:
        raise Hang

    def one(self, content: bytes) -> None:
        """Read one file; keep it if it breaks the reader."""
        (self.folder / "present").write_bytes(content)
        self.executions += 1
        # time of the processor: a verdict must not depend on what else the machine does
        began = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, self.limit)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                self.read += self.attempt(self.target, content, self.folder)
        except Hang as error:
            self._keep("hang", error, content)
        except MemoryError as error:
            self._keep("memory", error, content)
        except Exception as error:
            self._keep(type(error).__name__, error, content)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            self.slowest = max(self.slowest, time.process_time() - began)

    def _keep(self, why: str, error: BaseException, content: bytes) -> None:
        """Keep the first file of each kind of failure, with its traceback."""
        frames = traceback.extract_tb(error.__traceback__)
        own = [f for f in frames if "plsym" in f.filename and "fuzzing" not in f.filename]
        last = (own or frames)[-1]
        kind = f"{why}-{Path(last.filename).stem}-{last.lineno}"
        if kind in self.kinds:
            return
        self.kinds.add(kind)
        digest = hashlib.sha256(content).hexdigest()[:8]
        (self.out / f"{self.target}-{kind}-{digest}").write_bytes(content)
        print(f"{self.target}: {kind}: {error!r}"[:300], flush=True)
        gc.collect()

    def blind(self) -> None:
        """Damage seeds at random."""
        from .mutate import mutated

        number = 0
        while time.monotonic() - self.began < self.seconds:
            rng = Random(f"{self.seed} {number}")
            self.one(mutated(rng, self.target, self.seeds))
            number += 1

    def guided(self, atheris: Any) -> None:
        """Let atheris choose, by the code that is reached; it also damages by our mutators."""
        from .mutate import LARGEST, mutated

        corpus = self.folder / "corpus"
        corpus.mkdir()
        for i, content in enumerate(self.seeds):
            (corpus / str(i)).write_bytes(content)

        def custom(data: bytes, most: int, seed: int) -> bytes:
            rng = Random(seed)
            if rng.random() < 0.5:
                return bytes(atheris.Mutate(data, most))
            return mutated(rng, self.target, [bytes(data) or b"0", *self.seeds])[:most]

        def step(data: bytes) -> None:
            self.one(data)
            if time.monotonic() - self.began > self.seconds:
                self.tell()  # libFuzzer leaves without a word
                os._exit(0)

        flags = [f"-max_len={LARGEST}", "-verbosity=0"]
        flags += [f"-seed={self.seed + 1}", "-rss_limit_mb=0", "-timeout=60"]
        atheris.Setup(["fuzzing", *flags, str(corpus)], step, custom_mutator=custom)
        atheris.Fuzz()

    def tell(self) -> None:
        """Print what was done."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        seconds = time.monotonic() - self.began
        print(
            f"{self.target}: {self.executions} files in {seconds:.0f} s, {self.read} read, "
            f"{len(self.kinds)} kinds of failure; slowest {self.slowest:.2f} s, peak {peak} MB",
            flush=True,
        )


def main() -> int:
    """Run."""
    child = Child(sys.argv[1:])
    if not child.coverage:
        child.prepare()
        child.blind()
        child.tell()
        return 0
    try:
        import atheris
    except ImportError:
        return 77
    with atheris.instrument_imports(include=["plsym"]):
        child.prepare()
    child.guided(atheris)
    return 0


if __name__ == "__main__":
    sys.exit(main())
