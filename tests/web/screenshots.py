"""The pictures in docs/pages, anew: `make screenshots`. Pages of the tour at desktop and phone width, few colours, small files."""

from __future__ import annotations

import argparse
import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from review.record.storage.store import open_store
from tests.web.conftest import ROOT, Site, at_site, chromium_program, quiet_options, with_people
from tests.web.tour import STOPS, Places, begun, furnish

WIDTHS = {"desktop": 1000, "phone": 390}
TALLEST, COLOURS = 820, 64
# The pages that the documents show, so that all of the pictures together are small.
SHOWN = (
    "home", "draft-there", "draft-energy", "draft-check", "review", "review-plant", "finding", "decision", "opinion", "notice", "worklist",
    "project", "offsets", "rules", "rule", "table", "figures", "proposal", "audit", "replay-review", "people", "search", "help",
)  # fmt: skip
# Those of them that are shown at the width of a phone too.
ON_PHONE = ("home", "draft-energy", "review", "finding", "decision")


def main() -> None:
    """Make the pictures into a folder; by default docs/pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pages")
    parser.add_argument("--language", choices=("zh", "en"), default="zh")
    parser.add_argument("--every", action="store_true", help="every page of the tour, not only those shown in the docs")
    parser.add_argument("--whole", action="store_true", help="pages in full height")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'record.sqlite'}"
        store = open_store(database)
        keys = with_people(store)
        store.close()
        with at_site(database, keys) as site:
            places = begun(site.visitor("officer"), site.visitor("auditor"), furnish(database), site.visitor("admin"))
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium_program(), args=quiet_options())
                for kind, width in WIDTHS.items():
                    _all(browser, site, places, asked.out, kind, width, asked.language, asked.whole, asked.every)
                browser.close()


def _all(
    browser: Browser,
    site: Site,
    places: Places,
    out: Path,
    kind: str,
    width: int,
    language: str,
    whole: bool,
    every: bool = False,
) -> None:
    for each in STOPS:
        if not (every or each.name in (ON_PHONE if kind == "phone" else SHOWN)):
            continue
        context = browser.new_context(base_url=site.url, viewport={"width": width, "height": 800}, locale="zh-CN")
        cookies = {"two-high-language": language} | (
            {"two-high-session": site.session(each.login)} if each.login else {}
        )
        context.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in cookies.items()])
        window = context.new_page()
        window.goto(each.address(places))
        picture = window.screenshot(full_page=True)
        context.close()
        image = Image.open(io.BytesIO(picture)).convert("RGB")
        if not whole:
            image = image.crop((0, 0, image.width, min(image.height, TALLEST)))
        image.quantize(COLOURS, Image.Quantize.FASTOCTREE).save(out / f"{each.name}-{kind}.png", optimize=True)


if __name__ == "__main__":
    main()
