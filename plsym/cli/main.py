"""Parse the command line, run one command, turn errors into one line and an exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from plsym.errors import BudgetExceeded, PlsymError, UndecidedError

__all__ = ["main"]

DONE, USAGE, UNDECIDED, INTERNAL, INTERRUPTED, BROKEN_PIPE = 0, 2, 3, 70, 130, 141

EPILOG = """\
F is a formula ("max(0, 2*x) - abs(x - 1/3)"), a family call (tent, "abs_map(golden)"),
a JSON list of points [[x, y], ...], a file (.json, .npz, .onnx, .nnet), or - for standard input.
Numbers are exact: 3, 1/3, 0.25, golden, "sqrt(5)".
Exit codes: 0 done or proved, 1 refuted or a certificate fails, 2 usage or bad input,
3 undecided, not applicable or out of budget, 70 internal error.
"""

# A command's module is imported when it is run, so `check` needs no more than Python has.
COMMANDS = {
    "analyze": "pieces, laps, breakpoints, image, Lipschitz constant; growth of iterates",
    "iterate": "count laps and pieces of the iterates of a self-map, or list the last iterate",
    "periods": "least periods up to a bound, decided exactly; with --of N the cycles themselves",
    "growth": "growth number of the laps of the iterates: exact, or between proved bounds",
    "cover": "which intervals between points cover which: the covering graph",
    "separation": "what networks of given widths cannot do on f^t, with certified bounds",
    "regions": "linear regions of a network on a box, a plane or everywhere; draw and certify",
    "trajectory": "transitions and lengths of a network along a segment, a polyline or an arc",
    "theorems": "the catalogue of theorems: statements, references, parameters",
    "verify": "verify a theorem on a function or network, or the catalogue on its instances",
    "audit": "tell whether a claimed constant or statement is true of a function, with a witness",
    "check": "check certificates, with the standard library alone",
    "plot": "a picture of a function, its iterates, a covering graph, regions, a trajectory",
    "experiment": "one of the literature's experiments: figures, tables, theory beside them",
    "report": "one self-contained page about a function or a network, with certificates",
    "convert": "write a network as .json, .npz, .onnx, .nnet or .pt, or a function as .json",
}


class _UsageError(Exception):
    pass


class _Parser(argparse.ArgumentParser):
    """Argparse, with its errors raised: they leave through the same door as the others."""

    def error(self, message: str) -> NoReturn:
        raise _UsageError(f"{message}; see: {self.prog} --help")


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    layout = argparse.RawDescriptionHelpFormatter
    parser = _Parser(
        prog="plsym",
        description="Exact pieces, laps and crossings of PL functions and ReLU networks.",
        epilog=EPILOG,
        formatter_class=layout,
    )
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, words in COMMANDS.items():
        command = commands.add_parser(
            name, help=words, description=words, epilog=EPILOG, formatter_class=layout
        )
        if name == chosen:
            module = import_module(f"plsym.cli.{name}")
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the ``plsym`` command.

    Parameters
    ----------
    argv : sequence of str or None
        The arguments after the program's name; None takes them from `sys.argv`.

    Returns
    -------
    int
        0 done; 1 a certificate fails; 2 usage or bad input; 3 undecided or out of
        budget; 70 internal error; 130 interrupted; 141 the reader of standard output
        went away.

    Notes
    -----
    Data goes to standard output, everything else to standard error.

    Examples
    --------
    >>> from plsym.cli import main
    >>> main(["iterate", "tent", "-n", "3"])
     n  laps  pieces
     1     2       2
     2     4       4
     3     8       8
    0
    """
    # Counts of iterates outgrow the 4300 digits that Python prints by default.
    digits = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        code = _run(argv)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        _discard_stdout()
        return BROKEN_PIPE
    except KeyboardInterrupt:
        print("plsym: interrupted", file=sys.stderr)
        return INTERRUPTED
    except (BudgetExceeded, UndecidedError) as error:
        return _complain(error, UNDECIDED)
    except (PlsymError, _UsageError, OSError) as error:
        return _complain(error, USAGE)
    except Exception as error:
        if os.environ.get("PLSYM_TRACEBACK"):
            raise
        print(
            f"plsym: internal error: {type(error).__name__}: {_one_line(error)} "
            "(PLSYM_TRACEBACK=1 shows where; please report it)",
            file=sys.stderr,
        )
        return INTERNAL
    finally:
        sys.set_int_max_str_digits(digits)


def _run(argv: Sequence[str] | None) -> int:
    given = list(sys.argv[1:] if argv is None else argv)
    words = _protect_negatives(given)
    parser = _parser(next((word for word in words if not word.startswith("-")), None))
    try:
        args = parser.parse_args(words)
    except SystemExit as stop:  # --help has printed and wants to leave
        return int(stop.code or 0)
    if args.version:
        import plsym

        print(f"plsym {plsym.__version__}")
        return DONE
    if args.command is None:
        parser.error("a command is missing")
    args.words = given  # for a command that writes down how it was called
    code: int | None = args.run(args)
    return code or DONE


def _protect_negatives(argv: Sequence[str]) -> list[str]:
    """Keep ``-1/2`` or ``-x`` from being read as an option: argparse only knows plain numbers."""
    return [
        " " + word if len(word) > 1 and word[0] == "-" and _starts_value(word[1:]) else word
        for word in argv
    ]


def _starts_value(rest: str) -> bool:
    return rest[0] in "0123456789.(" or rest.startswith(
        ("x", "abs", "max", "min", "relu", "golden", "sqrt", "inf", "oo")
    )


def _complain(error: BaseException, code: int) -> int:
    print(f"plsym: error: {_one_line(error)}", file=sys.stderr)
    return code


def _one_line(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return " ".join(str(error).split()) or type(error).__name__


def _discard_stdout() -> None:
    """Point standard output nowhere, so that the interpreter's last flush stays silent."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
    except (OSError, ValueError):  # no real file behind stdout
        pass
