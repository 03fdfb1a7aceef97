r"""What the names of distributions stand for: \mathcal N and \mathrm{KL}, written out as trees."""

from lecture_lib.formulas.errors import FormulaError
from lecture_lib.formulas.operations import OPERATIONS
from lecture_lib.formulas.tree import Tree, free_letters, fresh, number, renamed

__all__ = ["node", "normal_log_density", "written_out"]


def node(op: str, *children: Tree, detail=None) -> Tree:
    """Return a node with its shape."""
    return Tree(op, children, detail, OPERATIONS[op].shape(*(child.shape for child in children)))


def written_out(tree: Tree) -> Tree:
    """Return what a density or a divergence stands for."""
    if tree.op == "normal":
        return _normal(*tree.children)
    q, p = tree.children
    if q.shape == p.shape == "distribution":
        return _between_gaussians(*q.children, *p.children)
    return _discrete(q, p)


def _normal(x, mean, covariance):
    """Return N(x; mu, Sigma) = exp(-(x - mu)' Sigma^-1 (x - mu) / 2) / sqrt |2 pi Sigma|."""
    spread = node("mul", number(2), number(r"\pi"), covariance)
    root = node("sqrt", spread if x.shape == () else node("det", spread))
    half = node("divide", node("neg", _form(node("add", x, node("neg", mean)), covariance)), number(2))
    return node("divide", node("exp", half), root)


def _form(v, covariance):
    """Return v' Sigma^-1 v."""
    if v.shape == ():
        return node("divide", node("power", v, number(2)), covariance)
    return node("mul", node("transpose", v), node("inverse", covariance), v)


def _between_gaussians(m, S, mu, Sigma):
    """Return KL(N(m, S) || N(mu, Sigma)) = (tr(Sigma^-1 S) + form - d - log |S| / |Sigma|) / 2."""
    if m.shape == ():
        ratio = node("divide", S, Sigma)
        trace, dimension, volume = ratio, number(1), node("log", ratio)
    else:
        trace = node("trace", node("mul", node("inverse", Sigma), S))
        dimension = Tree("size", (), m.shape[0])
        volume = node("add", node("log", node("det", S)), node("neg", node("log", node("det", Sigma))))
    form = _form(node("add", m, node("neg", mu)), Sigma)
    return node("divide", node("add", trace, form, node("neg", dimension), node("neg", volume)), number(2))


def _discrete(q, p):
    """Return sum q log(q / p) over what both are distributions of: a letter, or the assignments."""
    whole = next((part for part in (q, p) if part.op == "stack"), None)
    if whole is not None:
        (old, size), *more = whole.detail[1]
        letter = fresh(old)
    else:
        letters = [x for x in free_letters(q) | free_letters(p) if x.rstrip("'") == "z"]
        if len(letters) != 1:
            raise FormulaError(
                r"\mathrm{KL} compares two distributions of one thing", remedy=r"write \mathrm{KL}(q \Vert p)"
            )
        old, size, more, letter = letters[0], None, [], letters[0]
    if more:
        raise FormulaError(
            r"\mathrm{KL} compares rows, not whole tables", remedy=r"write \sum_i \mathrm{KL}(r_i \Vert s_i)"
        )
    q, p = (_at(part, letter, old) for part in (q, p))
    term = node("mul", q, node("log", node("divide", q, p)))
    return Tree("big", (term,), ("sum", ((letter, size),)), ())


def _at(part, letter, old):
    if part.op == "stack":
        return renamed(part.children[0], {part.detail[1][0][0]: Tree("letter", (), letter)})
    return renamed(part, {"z": Tree("letter", (), letter, "assignment")}) if letter != old else part
