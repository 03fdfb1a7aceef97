"""What goes wrong in a run: a wrong step, a collapsed component, an empty cluster."""

__all__ = ["CollapsedComponentError", "EmptyClusterWarning", "ObjectiveDecreasedError"]


class ObjectiveDecreasedError(ArithmeticError):
    """The objective got worse, or is not finite: one of the two steps is wrong."""


class CollapsedComponentError(ArithmeticError):
    """A component shrank onto a point, line or plane, where its likelihood has no bound, or has no data left.

    Attributes
    ----------
    component : int or None
        Which one; None when components share the parameter that collapsed.
    size : float
        Its share of the data, R_j = sum_i r_ij, 0 when it has none left; n when components share it.

    Notes
    -----
    ``remedy`` stands in the message for a model in which the usual remedies make no sense; ``columns`` are those
    that have no width there, or depend on each other.
    """

    def __init__(self, component: int | None, size: float, *, remedy: str | None = None, columns: tuple = ()):
        self.component = component
        self.size = size
        what = "the shared covariance" if component is None else f"component {component}"
        reason = (
            "shrank onto a point, line or plane, and the likelihood grows without bound there"
            if size > 0
            else "has no data left"
        )
        if remedy is None:
            remedy = "use a prior, fewer components or dimensions, or another start"
        if columns:
            remedy += f"; there the columns {list(columns)} have no width, or depend on each other: leave one out"
        super().__init__(f"{what} (R = {size:.6g}) {reason}; {remedy}")


class EmptyClusterWarning(UserWarning):
    """A cluster or component has no data; its parameters stay what they were."""
