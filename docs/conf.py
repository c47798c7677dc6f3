"""Sphinx: `sphinx-build docs site` makes a site of these pages and of the docstrings."""

import importlib.metadata
import re

project = "Riesz"
author = copyright = "The Riesz developers"
release = importlib.metadata.version("riesz")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
exclude_patterns = ["experiments", "reports"]
myst_heading_anchors = 3
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "none"
html_theme = "alabaster"
html_theme_options = {
    "body_max_width": "66rem",
    "description": "Gradients in the inner product you declare",
    "page_width": "90rem",
    "sidebar_width": "16rem",
}


def escape(app, what, name, of, options, lines):
    """Docstrings are plain text, in which * and | are mathematics and no markup."""
    example = False
    for i, line in enumerate(lines):
        example = line.lstrip().startswith(">>>") or (example and line.strip() != "")
        if not example:
            parts = re.split(r"(`[^`]*`)", line)
            parts[::2] = [re.sub(r"([*|\\])", r"\\\1", part) for part in parts[::2]]
            lines[i] = "".join(parts)


def setup(app):
    """Sphinx calls it."""
    app.connect("autodoc-process-docstring", escape)
