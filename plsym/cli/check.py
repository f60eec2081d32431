"""``plsym check CERT...``: check certificates with nothing but the standard library."""

from __future__ import annotations

import argparse
import json

from plsym.certificates.certificate import Certificate, check
from plsym.errors import CertificateFormatError

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("certificates", nargs="+", metavar="CERT", help="certificate files")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Run the command: 0 if every certificate is proved, 1 if one fails."""
    found = []
    for path in args.certificates:
        try:
            verdict = check(Certificate.load(path))
        except CertificateFormatError as error:
            raise CertificateFormatError(f"{path}: {error}") from None
        found.append(verdict)
        if not args.json:
            print(f"{path}: {verdict.outcome.name}: {verdict.claim}")
            if not verdict:
                print(f"  {verdict.reason}")
    if args.json:
        results = [
            {"file": path, "outcome": v.outcome.value, "claim": v.claim, "reason": v.reason}
            for path, v in zip(args.certificates, found, strict=True)
        ]
        print(json.dumps({"command": "check", "results": results}))
    return 0 if all(found) else 1
