"""The questions of notebook 10, *Generic EM*."""

import numpy as np

from lecture_lib.homework.engine.judges import Question, choice, number

QUESTIONS = {
    "gap": Question(
        number(
            0.5 * np.log(0.5 / 0.8) + 0.5 * np.log(0.5 / 0.2),
            hint="by equation 10.2 it is KL(q || posterior): two terms, each weighted by q.",
            mistakes={
                0.8 * np.log(0.8 / 0.5) + 0.2 * np.log(0.2 / 0.5): "that is KL the other way round: q weighs.",
                (0.5 * np.log(0.5 / 0.8) + 0.5 * np.log(0.5 / 0.2)) / np.log(2): "in bits; nats were asked for.",
                -(0.5 * np.log(0.5 / 0.8) + 0.5 * np.log(0.5 / 0.2)): "KL is never negative: q over p.",
                np.log(0.5 / 0.8) + np.log(0.5 / 0.2): "each term must be weighted by q.",
                np.log(2): "that is the entropy of q; the gap compares q with the posterior.",
                0: "the bound touches only where q is the posterior.",
            },
        ),
        "KL(q || p) = 0.5 log(0.5/0.8) + 0.5 log(0.5/0.2), the two terms of equation 10.2.",
    ),
    "maximises": Question(
        choice(
            "the bound",
            {
                "the likelihood": "it gains, but the M-step does not find its maximum. What has q held?",
                "the posterior": "of z it was computed in the E-step; of the parameters it would need a prior.",
                "the entropy": "of q? It does not contain the parameters.",
            },
        ),
        "F with q held, or Q, which differs from it by a constant.",
    ),
    "animals": Question(
        number(
            59 / 97,
            hint="the E-step expects 125 theta / (2 + theta) animals; then count who tells of theta.",
            mistakes={
                25: "that is the expected count of the E-step. Now the M-step.",
                59 / 197: "the part 1/2 of the first class says nothing of theta: leave it out below.",
                34 / 72: "the expected animals of the first class are missing, above and below.",
                25 / 97: "the fourth class counts for theta too.",
                59 / 72: "the expected animals belong below the line too.",
            },
        ),
        "25 of the 125 are expected in the part theta/4, and (25 + 34) / (25 + 18 + 20 + 34) = 59/97.",
    ),
    "steps": Question(
        number(
            7,
            hint="solve 0.1328^t = 1e-6, and round so that it is enough.",
            mistakes={
                6: "0.1328^6 is 5.5e-6: not quite.",
                np.log(1e-6) / np.log(0.1328): "steps are whole: at least how many?",
                8: "it is small enough before that.",
            },
            tolerance=0.01,
        ),
        "0.1328^7 is 7e-7, and 0.1328^6 is still 5.5e-6.",
    ),
    "frozen": Question(
        choice(
            "the slopes",
            {
                "monotonicity": "each step with frozen weights still raises F over the other parameters.",
                "more restarts": "each of them would keep the weights that it was given.",
                "a smaller tolerance": "the run has settled; it settled in the wrong place.",
            },
        ),
        "The slope in a frozen parameter, for weights along the simplex, has no reason to vanish.",
    ),
}
