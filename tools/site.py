"""What the documentation's site takes from elsewhere in the repository, as a hook of MkDocs.

Tables that commands write (gas, sizes) and the pages at the root become pages without a copy of them, and the two
scripts that the theme would fetch from a network come from npm packages, so that the built site opens from a disk.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
PAGES = {
    "gas.md": "benchmarks/gas.md",
    "sizes.md": "benchmarks/sizes.md",
    "measuring.md": "benchmarks/README.md",
    "security.md": "SECURITY.md",
    "changelog.md": "CHANGELOG.md",
}
"""A page of the site, and the file of the repository that it is."""
SCRIPTS = {
    "assets/mermaid.js": "node_modules/@mermaid-js/tiny/dist/mermaid.tiny.js",
    "assets/iframe-worker.js": "node_modules/iframe-worker/shim/index.js",
}
"""Diagrams, and the search of a site that is opened from a disk."""
INDEX = "contracts.md"


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Adds what stands outside of docs/."""
    sys.path.insert(0, str(ROOT))
    from tools import contract_index  # MkDocs loads a hook by its file, without the folder around it

    for uri, source in (PAGES | SCRIPTS).items():
        files.append(File.generated(config, uri, abs_src_path=str(ROOT / source)))
    files.append(File.generated(config, INDEX, content=contract_index.page()))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links that are good in the repository lead to the pages of the site; of what no page shows, the path is left."""
    if page.file.src_uri in PAGES:
        markdown = re.sub(r"\]\(docs/([^)]*)\)", r"](\1)", markdown)
        markdown = re.sub(r"\[([^\]]*)\]\((tests/[^)]*)\)", r'<span title="\2">\1</span>', markdown)
    for uri, source in PAGES.items():
        markdown = markdown.replace(f"](../{source}", f"]({uri}")
    return markdown
