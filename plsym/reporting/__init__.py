"""One self-contained page about a function or a network: ``pl.report(f).save(path)``.

page, numbers   HTML elements with escaping, the document; exact numbers as people read them
pictures        figures of `plsym.plotting` as SVG inside the page
study, parts    what is looked at, and what each step of the work hands back
function, iterates, periods, depth    steps about a function of one variable
network, regions, segment             steps about a network
theorems, certificates                what applies, and proofs to download
worker          steps in a process of their own, which ends when its time is over
plan, making    the steps in the order of the page; all of them done
"""

from plsym.reporting.making import Report, report

__all__ = ["Report", "report"]
