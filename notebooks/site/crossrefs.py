r"""Links between equations, functions and notebooks, made from what is written anyway; an extension of Sphinx.

- "Eq. 6.2", "equation 6.2" or "(6.2)", in a notebook or in a docstring, leads to the equation ``\tag{6.2}``;
- below an equation stands the function that bears it, whose docstring names the equation;
- a function that a notebook names, in its prose or in its code, leads to the page that describes it;
- a link to a file of the library leads to the page that describes the module.
"""

import html
import inspect
import json
import re
from pathlib import Path

import api
from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.util.nodes import make_refnode

ROOT = Path(__file__).resolve().parents[2]
TAG = re.compile(r"\\tag\{(\d+\.\d+)\}")
NUMBER = r"\d+\.\d+"
NAMED = re.compile(rf"(?:Eqs?\.|[Ee]quations?) {NUMBER}(?:(?:, | and | to ){NUMBER})*|\({NUMBER}\)")
# A chain of names in highlighted code: `datasets.load_iris`, but not the `fit` of `model().fit`, nor `k=3`.
PART = r'<span class="n[nfc]?">[\w.]+</span>'
DOT = r'<span class="o">\.</span>'
CHAIN = re.compile(rf'(?<!{DOT})(?<!\w)({PART}(?:{DOT}{PART})*)(?!<span class="o">=</span>)')
CODE = re.compile(r'(<div class="highlight-(?:i?python3?)\b[^>]*>)(.*?)(</pre>)', re.DOTALL)
CODE_AND_MATHS = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw)
NO_LINKS = (nodes.reference, nodes.title, *CODE_AND_MATHS)
# Code of a notebook need not be Python throughout: a line may be a magic.
IMPORT = re.compile(rf"^from ({api.PACKAGE}[\w.]*) import (\([^)]*\)|.*)", re.MULTILINE)
FILE = re.compile(r"(?:lecture_lib/)?([a-z_]+(?:/[a-z_]+)*?)(?:/__init__)?(?:\.py|/)")


# What there is


def bearers():
    """Return the full name of the function, class or method whose docstring names each equation, by number."""
    found = {}
    for full in set(api.aliases().values()):
        module, _, name = full.rpartition(".")
        value = api.exported(module).get(name)
        own = {f"{full}.{key}": member for key, member in vars(value).items()} if inspect.isclass(value) else {}
        for owner, described in {full: value, **own}.items():
            if inspect.isclass(described) or inspect.isfunction(described):
                found |= dict.fromkeys(re.findall(rf"Eq\. ({NUMBER})", described.__doc__ or ""), owner)
    return found


def imports(code):
    """Return what the names that the code of a notebook imports from the library stand for: full names."""
    found = {}
    for module, names in IMPORT.findall(code):
        for name in re.findall(r"(\w+)(?: as (\w+))?", names):
            found[name[1] or name[0]] = f"{module}.{name[0]}"
    return found


def described(full):
    """Return the full name under which a name is described, ``lecture_lib.figures.appearance.show`` for example."""
    for known, there in api.aliases().items():
        if full == known or full.startswith(f"{known}."):
            return there + full[len(known) :]
    return full


def by_suffix(name):
    """Return the described full name that ends in ``kmeans.assign``, or None if there is not exactly one."""
    found = {described(full) for full in api.aliases() if full.endswith(f".{name}")}
    return found.pop() if len(found) == 1 else None


def meant(name, imported):
    """Return the full name that a notebook means by a name, as ``assign`` or ``kmeans.assign(X, means)``."""
    if file := FILE.fullmatch(name):
        module = f"{api.PACKAGE}.{file[1].replace('/', '.')}"
        return module if module in api.modules() else None
    name = re.sub(r"\(.*\)$", "", name, flags=re.DOTALL)
    if not re.fullmatch(r"[A-Za-z]\w*(\.[A-Za-z]\w*)*", name):
        return None
    head, _, rest = name.partition(".")
    if head in imported:
        return described(f"{imported[head]}.{rest}" if rest else imported[head])
    if not rest:
        return None
    return by_suffix(name) or _method(name)


def _method(name):
    """Return the full name of a method that is written with the name of its class."""
    owner, _, method = name.rpartition(".")
    full = by_suffix(owner) if "." in owner else None
    return f"{full}.{method}" if full else None


# What becomes of it


class Anchors(SphinxTransform):
    """Anchor each numbered equation; lead links to files of the library and to the README to their pages."""

    default_priority = 400

    def apply(self):
        """Change the document that was read."""
        for block in self.document.findall(nodes.math_block):
            block["ids"] += [f"eq-{tag}" for tag in TAG.findall(block.astext())]
            # Sphinx would put several lines into an environment in which MathJax allows no number.
            block["no-wrap"] = True
            block[:] = [nodes.Text(rf"\[{block.astext()}\]")]
        links = (addnodes.download_reference, addnodes.pending_xref)
        for node in [found for kind in links for found in self.document.findall(kind)]:
            target, _, place = node.get("reftarget", "").partition("#")
            path = repository_path(self.env, target)
            if path and (module := module_of(path)):
                about = {"refdomain": "py", "reftype": "mod", "reftarget": module, "refexplicit": True}
                node.replace_self(addnodes.pending_xref("", *node.children, refdoc=self.env.docname, **about))
            elif path == "README.md":
                about = {"refdomain": "doc", "reftype": "myst", "reftarget": "index", "refexplicit": True}
                here = {"refdoc": self.env.docname, "reftargetid": place or None}
                node.replace_self(addnodes.pending_xref("", *node.children, **here, **about))
            elif path and not (self.env.srcdir / path).exists():
                repository = self.config.html_theme_options.get("repository_url")
                address = {"refuri": f"{repository}/tree/HEAD/{path}"}
                node.replace_self(
                    nodes.reference("", "", *node.children, **address) if repository else node.children
                )


def repository_path(env, target):
    """Return the path within the repository that a link of the page being read means, or None."""
    path = ((ROOT / env.docname).parent / target).resolve()
    return path.relative_to(ROOT).as_posix() if target and path.exists() and path.is_relative_to(ROOT) else None


def module_of(path):
    """Return the module that a path within the repository means, or None."""
    module = re.sub(r"/__init__$", "", re.sub(r"\.py$", "", path)).replace("/", ".")
    return module if module in api.modules() else None


def read_sources(app):
    """Remember where the equations are, what bears them, and what the notebooks import."""
    equations, imported = {}, {}
    for path in sorted(app.srcdir.rglob("*.ipynb")):
        name = path.relative_to(app.srcdir).with_suffix("").as_posix()
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        text, code = ("\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == kind)
                      for kind in ("markdown", "code"))  # fmt: skip
        equations |= dict.fromkeys(TAG.findall(text), name)
        imported[name] = imports(code)
    app.env.course_equations, app.env.course_imports, app.env.course_bearers = equations, imported, bearers()


def link_prose(app, doctree, docname):
    """Turn the names of equations and functions into links, once all pages are known."""
    env = app.env
    for block in list(doctree.findall(nodes.math_block)):
        for tag in reversed(TAG.findall(block.astext())):
            block.parent.insert(block.parent.index(block) + 1, bearer(app, docname, tag))
    for text in list(doctree.findall(nodes.Text)):
        if linkable(text.parent):
            text.parent.replace(text, linked(text, lambda tag: equation_link(app, docname, tag)))
    imported = env.course_imports.get(docname)
    if imported is not None:
        for literal in list(doctree.findall(nodes.literal)):
            full = meant(literal.astext(), imported)
            if full and linkable(literal.parent) and (target := target_of(env, full)):
                link = make_refnode(app.builder, docname, *target, literal.deepcopy(), full)
                literal.replace_self(link)


def linkable(node):
    """Return whether a link may stand in a node."""
    while node is not None and not isinstance(node, NO_LINKS):
        node = node.parent
    return node is None


def linked(text, link):
    """Return a text as nodes, with a link for each equation that it names: number -> node or None."""
    found, end = [], 0
    for match in NAMED.finditer(text):
        for number in re.finditer(NUMBER, match[0]):
            first, last = match.start() + number.start(), match.start() + number.end()
            node = link(number[0])
            if node is not None:
                found += [nodes.Text(text[end:first]), node]
                end = last
    return [*found, nodes.Text(text[end:])] if found else [text]


def equation_link(app, docname, tag):
    """Return a link to an equation, or None."""
    page = app.env.course_equations.get(tag)
    if page is None:
        return None
    return make_refnode(app.builder, docname, page, f"eq-{tag}", nodes.Text(tag), f"Equation {tag}")


def bearer(app, docname, tag):
    """Return the line below an equation that names the function that bears it."""
    full = app.env.course_bearers[tag]
    short = full.removeprefix(f"{api.PACKAGE}.").removeprefix("models.")
    link = make_refnode(app.builder, docname, *target_of(app.env, full), nodes.literal("", short), full)
    return nodes.paragraph("", "", nodes.Text(f"{tag} in code: "), link, classes=["bearer"])


def target_of(env, full):
    """Return page and anchor of what has this full name, or None."""
    domain = env.domains.python_domain
    entry = domain.objects.get(full) or domain.modules.get(full)
    return (entry.docname, entry.node_id) if entry else None


def link_code(app, pagename, templatename, context, doctree):
    """Turn the library's names in the code cells of a notebook into links."""
    imported = app.env.course_imports.get(pagename)
    if imported is None or "body" not in context:
        return

    def with_link(match):
        names = [html.unescape(re.sub("<.*?>", "", part)) for part in re.split(DOT, match[1])]
        full = meant(".".join(names), imported) if names[0] in imported else names[0] if len(names) == 1 else None
        target = full and target_of(app.env, full)
        if not target:
            return match[0]
        address = f"{app.builder.get_relative_uri(pagename, target[0])}#{target[1]}"
        return f'<a class="code-link" href="{address}" title="{full}">{match[1]}</a>'

    context["body"] = CODE.sub(lambda block: block[1] + CHAIN.sub(with_link, block[2]) + block[3], context["body"])


def find_alias(app, env, node, contnode):
    """Lead a reference in a docstring to the place where the name is described."""
    if node.get("refdomain") != "py":
        return None
    near = [node.get("py:class"), node.get("py:module"), None]
    wanted = [".".join(filter(None, (place, node["reftarget"]))) for place in near]
    full = next((there for there in map(described, wanted) if target_of(env, there)), None)
    return make_refnode(app.builder, node["refdoc"], *target_of(env, full), contnode, full) if full else None


def setup(app):
    """Tell Sphinx what is done when."""
    app.add_transform(Anchors)
    app.connect("builder-inited", read_sources)
    app.connect("missing-reference", find_alias)
    app.connect("doctree-resolved", link_prose)
    app.connect("html-page-context", link_code)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
