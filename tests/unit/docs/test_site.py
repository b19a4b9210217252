"""The built site asks no network for anything, and its search and diagrams come along."""

from __future__ import annotations

import json
import logging
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from tests.unit.docs.test_snippets import ROOT

FETCHED = {("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src"), ("object", "data")}
"""What a browser fetches by itself; a link of a text it does not."""
REMOTE = re.compile(r"^(?:https?:)?//")


class Resources(HTMLParser):
    """What a page has fetched, where it leads, what can be led to on it, and how many pictures are drawn on it."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.diagrams = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.fetched += [str(given[name]) for kind, name in FETCHED if kind == tag and given.get(name)]
        self.links += [str(given["href"])] if tag == "a" and given.get("href") else []
        self.anchors |= {str(given["id"])} if given.get("id") else set()
        self.diagrams += tag == "pre" and given.get("class") == "mermaid"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as `make docs` does, elsewhere."""
    folder = tmp_path_factory.mktemp("site")
    config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder), strict=True)
    logging.getLogger("mkdocs").setLevel(logging.ERROR)
    build(config)
    return folder


def resources(page: Path) -> Resources:
    found = Resources()
    found.feed(page.read_text(encoding="utf-8"))
    return found


def test_no_page_fetches_from_a_network(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 50
    for page in pages:
        for one in resources(page).fetched:
            assert not REMOTE.match(one), f"{page.name} fetches {one}"
            target = page.parent / one.split("?")[0].split("#")[0]
            assert page.name == "404.html" or target.exists(), f"{page.name}: {one} is not there"


def test_every_link_leads_somewhere(site: Path) -> None:
    pages = {page: resources(page) for page in site.rglob("*.html") if page.name != "404.html"}
    followed = 0
    for page, found in pages.items():
        for link in found.links:
            if re.match(r"[a-z]+:", link):
                continue
            name, _, anchor = link.partition("#")
            target = (page.parent / unquote(name)).resolve() if name else page
            assert target.is_file(), f"{page.name}: {link} is not there"
            if anchor and target in pages:
                assert unquote(anchor) in pages[target].anchors, f"{page.name}: {link} is nowhere on {target.name}"
            followed += 1
    assert followed > 5000


def test_no_style_fetches_from_a_network(site: Path) -> None:
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.findall(r"(?:url\(|@import )[\"' ]*(?:https?:)?//", text), style.name


def test_the_theme_asks_a_network_only_for_what_is_here(site: Path) -> None:
    (bundle,) = (site / "assets" / "javascripts").glob("bundle.*.min.js")
    asked = set(re.findall(r"https?://(?:unpkg\.com|cdn\.[\w.]+|fonts\.[\w.]+)/[^\"'`]*", bundle.read_text("utf-8")))
    # The first only where the browser has no ResizeObserver, as all have since 2020; the second only without mermaid.
    assert asked == {"https://unpkg.com/resize-observer-polyfill", "https://unpkg.com/mermaid@11/dist/mermaid.min.js"}
    drawn = [page for page in site.rglob("*.html") if resources(page).diagrams]
    assert len(drawn) > 30
    for page in drawn:
        assert any(one.endswith("assets/mermaid.js") for one in resources(page).fetched), page.name


def test_search_needs_no_server(site: Path) -> None:
    index = (site / "search" / "search_index.js").read_text(encoding="utf-8")
    found = json.loads(index.removeprefix("var __index = "))
    pages = {one["location"].split("#")[0] for one in found["docs"]}
    assert {"receivables.html", "contracts.html", "gas.html"} <= pages
    assert "iframe-worker" in (site / "index.html").read_text(encoding="utf-8")


def test_every_page_is_in_the_navigation(site: Path) -> None:
    linked = set(re.findall(r'href="([\w-]+\.html)"', (site / "index.html").read_text(encoding="utf-8")))
    assert {page.name for page in site.glob("*.html")} - linked - {"404.html", "index.html"} == set()
