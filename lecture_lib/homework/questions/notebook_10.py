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
                -0.5 * np.log(0.8) - 0.5 * np.log(0.2): "that is the cross-entropy; take the entropy of q from it.",
                0: "the bound touches only where q is the posterior.",
            },
            tolerance=5.1e-3,  # two decimals were asked for
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
    "line": Question(
        number(
            5,
            hint="which of the signs says something about the M-step?",
            mistakes={
                2: "equation 10.2 holds for any q and any parameters.",
                3: "that is the E-step: q is the posterior, whatever the M-step does later.",
                4: "F = Q + H is an identity.",
                6: "F = Q + H is an identity, at any parameters.",
                7: "equation 10.2 holds at any parameters.",
                8: "KL is not negative, wherever the step has led.",
            },
        ),
        "The fifth says that Q does not fall; nothing else in the proof speaks of the M-step.",
    ),
    "concave": Question(
        choice(
            "it is concave",
            {
                "it rises": "so does the exponential, for which the inequality goes the other way.",
                "it is 0 at 1": "that makes KL 0 where q = p; what keeps it from falling below elsewhere?",
            },
        ),
        "A concave function lies below its tangents: log t <= t - 1.",
    ),
}
