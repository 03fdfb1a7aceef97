"""k-means: assign each datum to its nearest mean, move each mean to the middle of its data, repeat.

Both steps lower the same function, J, the sum of squared distances of the data to their means; so k-means is
the first :class:`lecture_lib.em.Model` of the course, with the objective -J.

``definitions`` is the lecture, equation by equation; ``assignment`` the arithmetic that decides ties; ``loop`` the
model and ``fit``; ``bounded`` the same iterates with fewer distances; ``moves`` moves single data; ``jumps``
looks for the best optimum.

Sources: H. Steinhaus, *Sur la division des corps materiels en parties*, 1957; lecture 22, slides "k-Means
Clustering" and "k-means always converges"; D. MacKay, ITILA, 2003, chapter 20.
"""

from lecture_lib.em import EmptyClusterWarning
from lecture_lib.models.kmeans.assignment import ClusterSums
from lecture_lib.models.kmeans.bounded import BoundedKMeans, fastest_others, gaps, least_gaps
from lecture_lib.models.kmeans.definitions import (
    assign,
    gradient,
    half_steps,
    labels,
    lyapunov,
    predicted_fall,
    reduced_lyapunov,
    squared_distances,
    update,
)
from lecture_lib.models.kmeans.jumps import Jumps, search
from lecture_lib.models.kmeans.loop import KMeans, final_losses, fit
from lecture_lib.models.kmeans.moves import move_one

__all__ = [
    "BoundedKMeans",
    "ClusterSums",
    "EmptyClusterWarning",
    "Jumps",
    "KMeans",
    "assign",
    "fastest_others",
    "final_losses",
    "fit",
    "gaps",
    "gradient",
    "half_steps",
    "labels",
    "least_gaps",
    "lyapunov",
    "move_one",
    "predicted_fall",
    "reduced_lyapunov",
    "search",
    "squared_distances",
    "update",
]
