"""How large random problems are."""

from numpy.random import Generator

__all__ = ["few_sizes", "sizes"]


def sizes(rng: Generator) -> tuple[int, int, int]:
    """Return n from 8 to 12, d from 2 to 3 and k from 2 to 4, all different."""
    d = rng.integers(2, 4)
    k = rng.choice([k for k in (2, 3, 4) if k != d])
    return int(rng.integers(8, 13)), int(d), int(k)


def few_sizes(rng: Generator) -> tuple[int, int, int]:
    """Return n, d, k = 4, 2, 3 or 5, 3, 2: few enough data to write down all assignments, 81 or 32."""
    return (4, 2, 3) if rng.integers(2) else (5, 3, 2)
