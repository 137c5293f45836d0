"""A picture of the top of a dashboard in Chromium, for the README: `python -m tools.screenshot PAGE PICTURE`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTH, HEIGHT = 1200, 940  # pixels


def draw(page_file: Path, picture: Path) -> None:
    """Open a page and save a picture of its top. Raises SystemExit without Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("There is no Chromium on this machine: `apt-get install chromium`.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(page_file.resolve().as_uri())
        page.wait_for_selector("html[data-companies=ready]", state="attached")
        page.locator("#write-table .as-link").first.click()  # one mail is open
        page.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    draw(Path(sys.argv[1]), Path(sys.argv[2]))
