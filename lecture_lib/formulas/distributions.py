r"""What the names of distributions stand for: \mathcal N and \mathrm{KL}, written out as trees."""

from lecture_lib.formulas.operations import OPERATIONS
from lecture_lib.formulas.tree import Tree, number

__all__ = ["node", "written_out"]


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
    term = node("mul", q, node("log", node("divide", q, p)))
    return Tree("big", (term,), ("sum", tree.detail[1]), ())


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
