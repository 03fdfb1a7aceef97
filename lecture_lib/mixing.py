"""What a mixture warns of."""

__all__ = ["EmptyClusterWarning"]


class EmptyClusterWarning(UserWarning):
    """A cluster or component has no data; its parameters stay what they were."""
