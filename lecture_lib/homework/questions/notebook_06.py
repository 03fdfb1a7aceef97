"""The questions of notebook 06, *Climbing the likelihood*."""

from lecture_lib.homework.engine.judges import Question, choice, number

QUESTIONS = {
    "pull": Question(
        number(
            0.125,
            hint="equation 6.2 has one term a datum: the responsibility, times the distance, over the variance.",
            mistakes={
                -0.125: "it lies above the mean: its part of L rises as the mean moves up. Which sign is that?",
                0.5: "the distance is divided by the variance; in your answer that is missing.",
                2: "you multiplied by the variance; its inverse belongs here.",
                0.25: "4 is the variance, not the standard deviation.",
                1: "you multiplied by the standard deviation; the inverse of the variance belongs here.",
            },
        ),
        "0.25 times (5 - 3) over 4.",
    ),
    "shared": Question(
        choice(
            "one term is left",
            {
                "term by term": "L is a sum over data whatever the components share.",
                "chain rule": "r is the outer derivative in any case. Which line uses that mu_j belongs to one?",
            },
        ),
        "A shared covariance stands in every a_ij', so the sum over j' stays, each term with its own r.",
    ),
    "together": Question(
        number(
            6,
            hint="two entries move at once, and each of them has its own derivative.",
            mistakes={
                3: "that is for one of the two entries alone, but a covariance is symmetric.",
                1.5: "derivatives along two entries add up; they are not shared out.",
                9: "derivatives along two entries add up; they are not multiplied.",
                0: "the two entries are equal, and pull in the same direction.",
            },
        ),
        "Twice the entry, since two equal entries grow.",
    ),
    "asleep": Question(
        choice(
            "multiply by pi",
            {
                "sum over j": "sums of equations always follow. Which line may have no way back?",
                "rows sum to 1": "each row of r sums to 1 whatever the weights are.",
            },
        ),
        "Times 0, the equation says 0 = 0: R_j + lambda pi_j = 0 then holds though the gradient does not vanish.",
    ),
    "step": Question(
        number(
            4,
            hint="equation 6.7: the gradient, times the variance, over R.",
            mistakes={
                2: "the mean moves, since its gradient is not zero.",
                27: "that is a step of gradient ascent with step size 1.",
                102: "divide by R too: 50 data share the pull.",
                2.125: "the gradient is multiplied by the variance here, not divided by it.",
                2.5: "the variance is missing: 25 / 50.",
                3: "4 is the variance, not the standard deviation.",
                0: "the gradient is positive, so the mean moves up.",
            },
        ),
        "2 plus 4 / 50 times 25.",
    ),
}
