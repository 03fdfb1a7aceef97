"""The questions of notebook 07, *EM for Gaussian mixtures*."""

import math

from lecture_lib.homework.engine.judges import Question, choice, number

QUESTIONS = {
    "singular": Question(
        choice(
            "insert the log determinant",
            {
                "a quadratic form is not negative": "it holds for a singular A_j too, which it does not contain.",
                "log t - t <= -1": "an eigenvalue 0 breaks it, but an earlier line asks for log 0.",
            },
        ),
        "A_j is singular, its log determinant minus infinity: the bound is gone, and so is the maximum.",
    ),
    "collapse": Question(
        number(
            4 * math.log(10),
            hint="write the terms of both data: how does the height of a Gaussian in d dimensions grow?",
            mistakes={
                2 * math.log(10): "that is for one datum; here two of them gain.",
                math.log(10): "that is for one datum on a line.",
                -4 * math.log(10): "a narrower Gaussian is higher, so the log-likelihood rises.",
                100: "that is the factor of one density; the logarithm is asked for.",
                20: "the logarithm of the width counts, not the width.",
            },
            tolerance=0.05,
        ),
        "2 log 10 for each of the two data, and again for the next factor of ten, without end.",
    ),
    "unit": Question(
        choice(
            "gaussian of the mean",
            {
                "dirichlet": "it holds weights alone.",
                "exponential of the trace": "its logarithm is a trace; no log |Sigma_j| comes from it.",
            },
        ),
        "N(mu_j; mu_*, Sigma_j / kappa) has the height |2 pi Sigma_j / kappa|^(-1/2): one more -1/2 log |Sigma_j|.",
    ),
    "bic": Question(
        number(
            3 * math.log(100) - 20,
            hint="equation 7.6: one part for the parameters, one for twice the log-likelihood.",
            mistakes={
                20 - 3 * math.log(100): "count what is paid as positive: the lower the BIC, the better.",
                3 * math.log(100) - 10: "the log-likelihood enters twice.",
                6 - 20: "that is the AIC; BIC charges log n for a parameter.",
                3 * math.log(100) + 20: "a higher log-likelihood lowers the BIC.",
                -20: "the parameters have a price.",
            },
            tolerance=0.05,
        ),
        "3 log 100 - 20: the gain pays for the parameters.",
    ),
    "trap": Question(
        choice(
            "another start",
            {
                "more steps": "the run has converged: the gradients vanish, and more steps stay where they are.",
                "a smaller tolerance": "the run has converged; more digits of the same optimum do not help.",
                "a prior": "a prior stops a collapse. Here nothing is narrow; the place is poor.",
            },
        ),
        "Where EM ends depends on where it starts: start several times, and keep the highest.",
    ),
}
