"""Settings of Sphinx for the course's site; make.py calls it, `make site` calls that."""

import html
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT)]

import api  # noqa: E402
import reading  # noqa: E402

import lecture_lib  # noqa: E402

SETTINGS = reading.settings.course()

project = SETTINGS["title"]
author = "The lecture_lib contributors"
copyright = "the lecture_lib contributors. Text and figures CC BY 4.0, code BSD-3-Clause"
version = release = lecture_lib.__version__
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.githubpages",
    "sphinx.ext.linkcode",
    "sphinx-mathjax-offline",
    "sphinx.ext.mathjax",
    "crossrefs",
    "pictures",
]
source_suffix = {".ipynb": "myst-nb", ".md": "myst-nb", ".rst": "restructuredtext"}

# Notebooks: what is stored is shown, nothing runs, nothing is fetched.
nb_execution_mode = "off"
nb_ipywidgets_js = {}
nb_code_prompt_show = "Show code"
nb_code_prompt_hide = "Hide code"
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3

# Only the library's own names can be looked up without a network.
nitpicky = True
nitpick_ignore_regex = [
    (
        "py:.*",
        r"(?!lecture_lib\b).*|lecture_lib\.(em|em\.state|blocks\.tiles)\.(Theta|Q|Result)|lecture_lib\.models\.shared\.priors\.Prior",
    )
]
autodoc_member_order = "bysource"
autodoc_default_options = {"no-value": True}
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_param = False
napoleon_use_rtype = False


def keep_colons(app, what, name, value, options, lines):
    """Begin a constant's description with an empty comment: napoleon takes what its first line says for a type."""
    if what in ("data", "attribute", "property"):
        lines[:0] = ["..", ""]


def describe(app, pagename, templatename, context, doctree):
    """Say what a page is to whoever shows a link to it (the Open Graph protocol)."""
    said = {
        "title": html.unescape(re.sub("<.*?>", "", context.get("title", ""))),
        "type": "article",
        "site_name": project,
    }
    if ADDRESS:
        said |= {"url": f"{ADDRESS}/{pagename}.html", "image": f"{ADDRESS}/_static/old_faithful.png"}
    tags = "".join(f'<meta property="og:{key}" content="{html.escape(text)}">' for key, text in said.items())
    context["metatags"] = context.get("metatags", "") + tags


def typeset_results(app, pagename, templatename, context, doctree):
    """Let formulas be typeset where a search shows them, too."""
    if pagename == "search":
        app.add_js_file(app.config.mathjax_path, loading_method="defer")
        app.add_js_file("search.js", loading_method="defer")


def setup(app):
    """Look at descriptions before napoleon does, whose priority is 500."""
    app.connect("autodoc-process-docstring", keep_colons, priority=400)
    app.connect("html-page-context", describe)
    app.connect("html-page-context", typeset_results)


def linkcode_resolve(domain, info):
    """Return the address at which something is written, None for data or while no repository is set."""
    lines = api.lines_of(info["module"], info["fullname"])
    return f"{REPOSITORY}/blob/HEAD/{lines}" if REPOSITORY and lines else None


html_theme = "sphinx_book_theme"
html_title = project
html_static_path = ["static", str(ROOT / "build/site-static"), str(ROOT / ".github/old_faithful.png")]
html_css_files = ["course.css", "figure.css"]
html_js_files = [("figures.js", {"data-replays": "../notebooks/site/pages/replays.html"})]
# Where the site will be, "https://..."; links in chats show its picture then.
ADDRESS = html_baseurl = SETTINGS["site"]
html_favicon = "static/favicon.svg"
html_context = {"default_mode": "auto"}
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "use_download_button": False,
    "navbar_persistent": [],  # the search stands in the menu
    "navigation_depth": 1,  # the menu is flat: deeper, each page would copy the headings of all others in vain
    "show_navbar_depth": 1,
    "show_toc_level": 2,
}
# Without a repository no page has a link to it, or to Binder.
REPOSITORY = SETTINGS["repository"]
if REPOSITORY:
    html_theme_options |= {
        "repository_url": REPOSITORY,
        "repository_branch": "HEAD",
        "use_repository_button": True,
        "launch_buttons": {"binderhub_url": "https://mybinder.org", "notebook_interface": "jupyterlab"},
    }
