"""``python -m tests.fuzzing [TARGET ...] --seconds N``: look for files that break a reader.

Each target runs in a child process with bounded memory; a file that raises anything but
PlsymError or OSError, takes too long or too much memory is kept in the output folder.
With ``--coverage`` atheris chooses what to damage next by the code that it reaches.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .seeds import SEEDS

PATIENCE = 30.0  # seconds without a new file: the child hangs in code that hears no signal


def main() -> int:
    """Run the targets one after the other."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(SEEDS)}")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each target (default 60)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--memory", type=int, default=500, help="MB above what imports take")
    parser.add_argument("--limit", type=float, default=5.0, help="CPU seconds for one file")
    parser.add_argument("--coverage", action="store_true", help="guided by coverage (atheris)")
    parser.add_argument("--out", type=Path, help="folder for files that break a reader")
    args = parser.parse_args()
    unknown = set(args.targets) - set(SEEDS)
    if unknown:
        parser.error(f"no target {sorted(unknown)[0]!r}; there are: {', '.join(SEEDS)}")
    out = args.out or Path(tempfile.mkdtemp(prefix="plsym-fuzzing-"))
    out.mkdir(parents=True, exist_ok=True)
    found = 0
    for target in args.targets or list(SEEDS):
        found += _run(target, args, out)
    print(f"{found} files that break a reader" + (f", in {out}" if found else ""))
    return int(found > 0)


def _run(target: str, args: argparse.Namespace, out: Path) -> int:
    """One target: a new child wherever one has died."""
    end = time.monotonic() + args.seconds
    seed, found, before = args.seed, 0, set(out.iterdir())
    while (left := end - time.monotonic()) > 0.5:
        with tempfile.TemporaryDirectory() as folder:
            present = Path(folder) / "present"
            command = [sys.executable, "-m", f"{__package__}.child", target, folder, str(out)]
            command += [str(left), str(seed), str(args.memory), str(args.limit)]
            command += ["coverage"] if args.coverage else []
            process = subprocess.Popen(command)
            why = ""
            try:
                while process.poll() is None:
                    time.sleep(0.2)
                    if present.exists() and time.time() - present.stat().st_mtime > PATIENCE:
                        why = "hang"
                        process.kill()
                        process.wait()
            finally:
                process.kill()
                process.wait()
            if process.returncode == 77:
                print(f"{target}: atheris is not installed; without --coverage it is not needed")
                return 0
            if process.returncode and not present.exists():
                raise RuntimeError(f"{target}: the child died before its first file")
            if process.returncode:
                why = why or f"exit{process.returncode}"
                (out / f"{target}-{why}-{seed}").write_bytes(present.read_bytes())
        seed += 1000
    found = len(set(out.iterdir()) - before)
    return found


if __name__ == "__main__":
    sys.exit(main())
