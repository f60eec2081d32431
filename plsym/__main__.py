"""``python -m plsym`` is the ``plsym`` command."""

from __future__ import annotations

import sys

from plsym.cli import main

if __name__ == "__main__":
    sys.exit(main())
