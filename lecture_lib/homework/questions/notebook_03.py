"""The questions of notebook 03, *A Lyapunov function*."""

import numpy as np

from lecture_lib.homework.engine.judges import Question, choice, number, numbers
from lecture_lib.models.kmeans import reduced_lyapunov

COUNTER_EXAMPLE = [[0.0], [2.0], [3.0]]
STUCK_AT = 2.0

_two_means = numbers([0, 0], hint="two means", tolerance=float("inf"))


def _better_than_where_it_stopped(answer):
    """Accept any two means whose J is below the one at which k-means stops."""
    if (wrong := _two_means(answer)) is not None:
        return wrong
    # Means far outside the data help nobody, and their squares might overflow.
    means = np.clip(np.reshape(answer, (2, 1)), -100, 100)
    if reduced_lyapunov(COUNTER_EXAMPLE, means) < STUCK_AT:
        return None
    return "with these means, J is not below 2. Which datum could change side, and where would its new mean lie?"


QUESTIONS = {
    "fall": Question(
        number(
            45,
            hint="use equation 3.4: how many data, and how far did their mean move?",
            mistakes={
                15: "the distance enters squared.",
                9: "that is the squared distance; each of the five data contributes.",
                3: "that is the distance itself.",
                90: "equation 3.4 has no factor 2.",
                -45: "the size of the fall is asked for.",
            },
        ),
        "5 data times 3 squared.",
    ),
    "cross": Question(
        choice(
            "the deviations sum to zero",
            {
                "the vectors are orthogonal": "each term alone need not be zero; their sum is.",
                "the rows sum to 1": "the sum runs over the data of one cluster, down a column.",
            },
        ),
        "That is what a mean is: the deviations from it balance.",
    ),
    "empty": Question(
        choice(
            "1.3",
            {
                "3.2": "an empty cluster has a mean, and a distance to it; nothing is divided.",
                "3.3": "the sum has no terms then, and is 0: no direction is downhill.",
            },
        ),
        "0/0: the cluster adds zero to J wherever its mean lies, so J has no opinion.",
    ),
    "escape": Question(
        _better_than_where_it_stopped, "k-means stops where no half-step helps; better places may lie next door."
    ),
    "ways": Question(
        number(
            15,
            hint="each datum takes one of two names; then leave out what counts twice or has an empty cluster.",
            mistakes={
                32: "that counts each division twice, since names do not matter, and counts empty clusters.",
                30: "names do not matter: each division is counted twice here.",
                16: "one of these leaves a cluster empty.",
                31: "names do not matter: almost each division is counted twice here.",
            },
        ),
        "(2 to the 5 minus 2) / 2.",
    ),
}
