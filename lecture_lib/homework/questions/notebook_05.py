"""The questions of notebook 05, *Gaussian mixtures*."""

import math

from lecture_lib.homework.engine.judges import Question, choice, number

QUESTIONS = {
    "exchange": Question(
        choice(
            "the sum is finite",
            {
                "the terms are independent": "no term is random here; an integral of a sum is asked for.",
                "the prior is uniform": "any prior with a finite integral would do.",
            },
        ),
        "The integral of a sum of finitely many terms is the sum of their integrals.",
    ),
    "variance": Question(
        number(
            4,
            hint="there are two parts: the spread within the components, and that of their means.",
            mistakes={
                1: "that is the spread within the components; their means lie apart.",
                3: "that is the spread of the means; each component is wide itself.",
                5: "that would be right for equal weights.",
                2: "is that the standard deviation?",
                13: "that is the mean of the squares; take the square of the mean off.",
                12: "the widths within have to be added, and the square of the mean comes off.",
            },
        ),
        "1 within, and 9 / 4 + 3 / 4 = 3 between: a quarter of 3 squared plus three quarters of 1 squared.",
    ),
    "terms": Question(
        number(
            3**10,
            hint="each datum chooses its component, whatever the others choose. How many ways are there?",
            mistakes={
                1000: "ten to the power three: it is the data that choose.",
                30: "the choices of the data multiply.",
                2**10: "there are three components to choose from.",
                66: "that counts the sizes of the components; which data they have matters too.",
            },
        ),
        "3 to the power 10: one term for each way to assign the data.",
    ),
    "collapse": Question(
        number(
            2 * math.log(10),
            hint="the bound has the term -d log s. What are d and the change of log s?",
            mistakes={
                math.log(10): "that is right on a line; the plane has two dimensions.",
                -2 * math.log(10): "a narrower peak is a higher one.",
                2: "that takes the logarithm to base 10; ours is the natural one.",
                1: "that takes the logarithm to base 10, and one dimension.",
                10: "that is the factor in width; the logarithm is asked for.",
                100: "that is the factor in density; the logarithm is asked for.",
            },
            tolerance=6e-3,
        ),
        "2 times log 10, for each factor of ten, without end.",
    ),
    "dropped": Question(
        choice(
            "terms >= 0 and log increasing",
            {
                "terms >= 0 and log concave": "concavity compares averages. What if a sum in a log loses terms?",
                "weights sum to 1 and log concave": "Jensen's inequality needs that; here terms are left out.",
            },
        ),
        "A smaller sum has a smaller logarithm.",
    ),
}
