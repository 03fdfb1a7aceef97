"""Find code that may borrow an answer from the library: what a person should look at. Nothing is decided here.

Comments and docstrings do not count, nor does what was handed out so.
"""

import ast
import re

from IPython.core.inputtransformer2 import TransformerManager

LIBRARY = re.compile(
    r"sklearn|scipy\.cluster|lecture_lib(?!\.(?:homework|figures|widgets|datasets|em)\b)"
    r"|lecture_lib\.homework\.(?:engine|sets)"
)
NAMES = {"__import__", "builtins", "compile", "ctypes", "eval", "exec", "gc", "globals", "importlib", "inspect",
         "locals", "pickle", "pkgutil", "runpy", "vars"}  # fmt: skip
"""By which one reaches the library without a word of it."""
TO_BE_WRITTEN = {"hw3.log_sum_exp": {"logsumexp", "logaddexp", "log_softmax"}}
"""What an exercise asks to write, under the names that other libraries give it."""
USUAL = "init|name|len|call|getitem|iter|repr|str|doc|post_init|version|add|sub|mul|matmul|eq"
ATTRIBUTES = re.compile(
    rf"^(__(?!{USUAL})\w+__|modules|_getframe|find_spec|import_module|meta_path"
    r"|f_back|f_code|f_globals|tb_frame|setprofile|settrace)$"
)


def borrowed(source, handed_out, taught):
    """Return what in some code may reach the library.

    Parameters
    ----------
    source : str
        Of a cell of a student's.
    handed_out : str
        What stood in this cell.
    taught : set of str
        The names under which the set-up of the notebook imports what could be an answer.

    Returns
    -------
    list of str
    """
    return sorted(found(source, taught) - found(handed_out, taught))


def found(source, taught):
    """Return names, attributes and texts that count."""
    try:
        tree = ast.parse(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {f"`{each}`" for each in re.findall(r"lecture_lib[\w.]*|__import__|importlib", source)}
    own = {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    return {f"`{each}`" for node in ast.walk(tree) for each in reached(node, taught - own)}


def reached(node, taught):
    """Yield what a node of a syntax tree reaches by itself."""
    if isinstance(node, ast.ImportFrom):
        names = [f"{node.module or ''}.{alias.name}" for alias in node.names]
    elif isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    else:
        names = []
    yield from (
        name
        for name in names
        if LIBRARY.match(name) or name.split(".")[0] in NAMES or name.split(".")[-1] in taught
    )
    if isinstance(node, ast.Name) and node.id in NAMES | taught | {"__builtins__", "__loader__", "__spec__"}:
        yield node.id
    if isinstance(node, ast.Attribute) and ATTRIBUTES.match(node.attr):
        yield f".{node.attr}"
    elif isinstance(node, ast.Attribute) and node.attr in taught & set().union(*TO_BE_WRITTEN.values()):
        yield node.attr
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "getattr":
        yield from () if len(node.args) > 1 and isinstance(node.args[1], ast.Constant) else ["getattr"]
    if isinstance(node, ast.stmt) and not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        yield from said(node)


def said(statement):
    """Yield what the texts of a statement, one after the other, name; a docstring is none of them."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return
    texts = [
        part.value for part in ast.walk(statement) if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
    if "lecture_lib" in "".join(texts):
        yield "lecture_lib"
    yield from (text for text in texts if ATTRIBUTES.match(text))


def taught_by(cells):
    """Return the names under which cells of ours import models of the library, and of what is to be written."""
    trees = [ast.parse(cell.source) for cell in cells if "lecture_lib" in cell.source and cell.cell_type == "code"]
    imports = [node for tree in trees for node in tree.body if isinstance(node, ast.ImportFrom)]
    models = {
        alias.asname or alias.name
        for node in imports
        for alias in node.names
        if f"{node.module}.".startswith("lecture_lib.models.")
    }
    asked = [names for check, names in TO_BE_WRITTEN.items() if any(f'"{check}"' in cell.source for cell in cells)]
    return models.union(*asked)
