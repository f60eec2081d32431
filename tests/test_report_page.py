"""The report in a browser: on a phone nothing scrolls sideways, and there is something to see."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from html import escape
from pathlib import Path

import pytest
from html_checker import Page

import plsym as pl

pytest.importorskip("matplotlib")

from plsym.reporting import report

Image = pytest.importorskip("PIL.Image")  # comes with matplotlib

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="there is no Chromium")

PROBE = """<script>
const wide = [...document.querySelectorAll("body *")].filter(e =>
  e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, svg"));
parent.document.title = ["PROBE", document.documentElement.scrollWidth, innerWidth,
  document.querySelectorAll("section").length, document.querySelectorAll("svg").length,
  wide.map(e => e.tagName + "." + e.className).slice(0, 5).join(" ")].join("|");
</script>"""


@cache
def pages() -> dict[str, str]:
    net = pl.random_network([2, 8, 8, 4], seed=1)
    long = "a_very_long_name_without_any_space_" * 4
    return {
        "map": report(pl.abs_map(pl.golden()), title=long, seconds=None).html,
        "network": report(
            net, [(-1, 1)] * 2, segment=([-1, -1], [1, 1]), title="network", seconds=None
        ).html,
    }


def browse(folder: Path, html: str, *options: str, width: int, height: int) -> str:
    path = folder / "page.html"
    path.write_text(html)
    assert BROWSER is not None
    done = subprocess.run(
        [
            BROWSER,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--hide-scrollbars",
            f"--user-data-dir={folder / 'profile'}",
            f"--window-size={width},{height}",
            *options,
            path.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("name", ["map", "network"])
def test_nothing_scrolls_sideways(name: str, width: int, tmp_path: Path) -> None:
    html = pages()[name]
    # the page forbids scripts, so the copy with a probe has to allow them
    assert html.count("http-equiv") == 1 and html.count("</body>") == 1
    probed = re.sub(r"<meta http-equiv[^>]*>", "", html).replace("</body>", f"{PROBE}</body>")
    # windows have a least width, frames have none
    frame = f'<iframe style="width: {width}px; height: 844px; border: 0" srcdoc="{escape(probed)}">'
    outer = f"<!DOCTYPE html><title>none</title>{frame}</iframe>"
    dom = browse(tmp_path, outer, "--dump-dom", width=1400, height=1000)
    found = re.search(r"<title>PROBE\|(.*?)</title>", dom)
    assert found is not None
    scroll, inner, sections, pictures, wide = found[1].split("|")
    assert int(inner) == width
    assert int(scroll) <= width and wide == ""
    # the browser reads the page as it was meant
    page = Page(html)
    assert int(sections) == page.count("section") >= 4
    assert int(pictures) == page.count("svg") >= 4


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 900)])
def test_screenshot_shows_the_page(width: int, height: int, tmp_path: Path) -> None:
    shot = tmp_path / "shot.png"
    browse(tmp_path, pages()["map"], f"--screenshot={shot}", width=width, height=height)
    with Image.open(shot) as image:
        assert image.size == (width, height)
        found = image.convert("RGB").getcolors(width * height)
    assert found is not None and len(found) > 20  # text has many shades
    # the background, and no more ink than a page has
    number, color = max(found)
    assert color == (255, 255, 255) and 0.5 < number / (width * height) < 0.99
