"""Steps of a report in a process of their own, which is ended when its time is over.

A budget is looked at between units of work, and some steps have long ones.  A process can be
ended at any time, and what it leaves half done is gone with it.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any, BinaryIO

from plsym.errors import BudgetExceeded, DomainError, MissingExtraError, UndecidedError
from plsym.reporting.study import Part, Study

__all__ = ["Stopped", "Worker", "done", "serve"]

_PATIENCE = 60  # seconds in which a process starts, also on a machine that is busy
_GRACE = 1.0  # seconds beyond the time of a step, in which its budget may end it


class Stopped(Exception):
    """A step that was not done, and why."""


def done(study: Study, step: str, args: tuple[Any, ...]) -> Part:
    """Do one step here.

    Parameters
    ----------
    study : Study
    step : str
        A function of `plsym.reporting`, as "module.name".
    args : tuple
        For the function, after the study.

    Raises
    ------
    Stopped
        If a budget was used up, a question stays open, or an optional library is missing.
    """
    module, _, name = step.partition(".")
    function: Callable[..., Part] = getattr(import_module(f"plsym.reporting.{module}"), name)
    try:
        return function(study, *args)
    except BudgetExceeded as error:
        raise Stopped("time" if error.needed is None else "too many pieces to list") from None
    except (UndecidedError, MissingExtraError) as error:
        raise Stopped(str(error)) from None
    except DomainError as error:
        raise Stopped(f"does not apply: {error}") from None


class Worker:
    """A process that does steps, one after the other; started again after it was ended.

    Parameters
    ----------
    study : Study

    Notes
    -----
    A context manager: the process does not outlive it.
    """

    def __init__(self, study: Study) -> None:
        self._study = study
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def do(self, step: str, args: tuple[Any, ...], seconds: float) -> Part:
        """Do one step, in so many seconds and a little more.

        Raises
        ------
        Stopped
            As `done`, and if the process had to be ended.
        """
        process = self._process or self._start()
        self._send(process, (step, args, seconds))
        try:
            answer = self._answers.get(timeout=seconds + _GRACE)
        except queue.Empty:
            self._end()
            raise Stopped("time") from None
        if answer is None:
            code = process.wait()
            self._end()
            # out of memory, most often: the system ends such processes
            raise Stopped(f"the process was ended by the system (code {code})")
        if isinstance(answer, BaseException):
            raise answer
        return answer  # type: ignore[no-any-return]

    def _start(self) -> subprocess.Popen[bytes]:
        path = [entry or os.getcwd() for entry in sys.path]
        words = (
            f"import sys; sys.path[:] = {path!r}; from plsym.reporting.worker import serve; serve()"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for this process, which then ends that one
        )
        self._process, self._answers = process, queue.SimpleQueue()
        assert process.stdout is not None
        reader = threading.Thread(
            target=_read, args=(process.stdout, self._answers), daemon=True, name="plsym report"
        )
        reader.start()
        self._send(process, self._study)
        # imports are not counted as time of the first step
        try:
            answer = self._answers.get(timeout=_PATIENCE)
        except queue.Empty:
            answer = f"it was not ready within {_PATIENCE} seconds"
        if answer != "ready":
            self._end()
            raise Stopped(f"no process could be started for it: {answer or 'it ended'}")
        return process

    def _send(self, process: subprocess.Popen[bytes], message: Any) -> None:
        assert process.stdin is not None
        with suppress(OSError):  # if the process is gone, the reader says so
            pickle.dump(message, process.stdin)
            process.stdin.flush()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):  # of what was not yet written
                    stream.close()


def _read(stream: BinaryIO, answers: queue.SimpleQueue[Any]) -> None:
    """Hand on answers; None says that there are no more."""
    try:
        while True:
            answers.put(pickle.load(stream))
    except (EOFError, OSError, ValueError, pickle.UnpicklingError):
        answers.put(None)


def serve() -> None:
    """Do the steps that come in on standard input; answers go to standard output."""
    sys.set_int_max_str_digits(0)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # whatever a library prints is for the reader of messages
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    requests: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    study: Study | Exception = requests.get()
    if isinstance(study, Exception):
        _answer(answers, str(study))
        return
    _answer(answers, "ready")
    while True:
        step, args, seconds = requests.get()
        study.seconds = seconds
        try:
            _answer(answers, done(study, step, args))
        except Exception as error:
            _answer(answers, error)


def _answer(stream: BinaryIO, message: Any) -> None:
    stream.write(pickle.dumps(message))
    stream.flush()


def _listen(requests: queue.SimpleQueue[Any]) -> None:
    try:
        while True:
            requests.put(pickle.load(sys.stdin.buffer))
    except EOFError:
        os._exit(0)  # whoever asked is gone
    except Exception as error:
        requests.put(error)
