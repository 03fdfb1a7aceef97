"""Plate diagrams of Gaussian mixtures: which variable depends on which, and how often each is there."""

from lecture_lib.figures.look import COLOURS, INK

__all__ = ["plate"]

LABELS = {"pi": r"$\pi$", "z": "$z_i$", "x": "$x_i$", "mu": r"$\mu_j$", "Sigma": r"$\Sigma_j$"}
SHADE = "#C9C9C9"
ROOM = 0.62
"""From the middle of a node to the edge of its plate; nodes have diameter 0.8."""


def plate(ax, *, latent=True, observed=("x",), lit=()):
    """Draw the plate diagram of a Gaussian mixture; variables that are known are shaded.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw; about 3 by 2 inches are enough.
    latent : bool
        Whether the component z_i of a datum is shown; without it, the weights point at the datum.
    observed : sequence of str
        What is known, of "x", "z", "pi", "mu", "Sigma".
    lit : sequence of pairs of str
        Arrows to draw in colour, to point out a path: ``("pi", "x")``.

    Raises
    ------
    ValueError
        For a variable or an arrow that the diagram does not have.

    Notes
    -----
    Source: the form of the diagrams of lecture 22, slides "Soft k-means as maximum likelihood" and "Gaussian
    Mixtures Revisited"; drawn with ``daft-pgm``.
    """
    import daft  # here, since it sets up a backend of Matplotlib

    places = {"pi": (0, 1.5), "mu": (3.1, 1.5), "Sigma": (3.1, 0)}
    places |= {"z": (1.5, 1.5), "x": (1.5, 0)} if latent else {"x": (1.5, 0.75)}
    arrows = [("pi", "z"), ("z", "x")] if latent else [("pi", "x")]
    arrows += [("mu", "x"), ("Sigma", "x")]
    _refuse_others(observed, places, "observed")
    _refuse_others(lit, arrows, "lit")
    diagram = daft.PGM(grid_unit=1, node_unit=0.8, line_width=1.2, node_ec=INK, plate_fc="none")
    for names, count in ((("z", "x") if latent else ("x",), "$n$"), (("mu", "Sigma"), "$k$")):
        bottom, top = (edge(places[name][1] for name in names) for edge in (min, max))
        corner = (places[names[0]][0] - ROOM, bottom - ROOM - 0.2)
        size = (2 * ROOM, top - bottom + 2 * ROOM + 0.2)
        diagram.add_plate([*corner, *size], label=count, position="bottom right", rect_params={"ec": INK})
    for name, (x, y) in places.items():
        ground = SHADE if name in observed else "white"
        diagram.add_node(name, LABELS[name], x, y, fontsize=12, plot_params={"fc": ground})
    for arrow in arrows:
        colour = COLOURS[1] if arrow in lit else INK
        diagram.add_edge(*arrow, plot_params={"ec": colour, "fc": colour, "lw": 2 if arrow in lit else 1.2})
    _render(diagram, ax)


def _refuse_others(names, known, argument):
    """Raise if the diagram lacks one of the names."""
    for name in names:
        if name not in known:
            raise ValueError(f"{argument} must name some of {list(known)}, got {name!r}; choose from these")


def _render(diagram, ax):
    """Draw on the given Axes; left alone, daft would open a figure of its own."""
    context = diagram._ctx
    context._ax = ax
    for part in (*diagram._plates, *diagram._edges, *diagram._nodes.values()):
        part.render(context)
    ax.set(xlim=(-0.55, 3.85), ylim=(-0.95, 2.25), aspect="equal")
    ax.axis("off")
