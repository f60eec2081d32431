"""The ``plsym`` command: a thin shell over the library, without mathematics of its own.

main      arguments in, exit code out; one line per error
subject   what F may be: formula, family call, points, network file, standard input
analyze, iterate, periods, growth, convert   one module a command
report    text and JSON, exact numbers included; progress   talk on stderr
"""

from __future__ import annotations

from plsym.cli.main import main

__all__ = ["main"]
