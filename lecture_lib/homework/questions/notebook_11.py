"""The questions of notebook 11, *More models*."""

from lecture_lib.homework.engine.judges import Question, choice, number

QUESTIONS = {
    "animals": Question(
        number(
            59 / 97,
            hint="the E-step expects 125 theta / (2 + theta) animals; then count who tells of theta.",
            mistakes={
                25: "that is the expected count of the E-step. Now the M-step.",
                59 / 197: "the part 1/2 of the first class says nothing of theta: leave it out below.",
                34 / 72: "the expected animals of the first class are missing, above and below.",
                0.626821: "that is where EM ends, after many steps; one M-step was asked for.",
                25 / 97: "the fourth class counts for theta too.",
                59 / 72: "the expected animals belong below the line too.",
            },
            tolerance=5.1e-3,  # two decimals were asked for
        ),
        "25 of the 125 are expected in the part theta/4, and (25 + 34) / (25 + 18 + 20 + 34) = 59/97.",
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
    "heads": Question(
        number(
            0.65,
            hint="expected heads over expected tosses: both are sums over the sets, weighted by the shares.",
            mistakes={
                0.5: "that is the share of heads in all tosses; this coin has more of the first set.",
                0.8: "the second set belongs to this coin too, by a quarter.",
                6.5: "those are the expected heads; divide by the expected tosses.",
                0.325: "that divides by all tosses; this coin is expected to have made ten.",
            },
        ),
        "0.75 times 8 and 0.25 times 2 heads, in 0.75 times 10 and 0.25 times 10 tosses: 6.5 of 10.",
    ),
    "cancels": Question(
        choice(
            "the same for each coin",
            {
                "1": "it differs from set to set. In which sum does it stand above and below?",
                "positive": "any factor, positive or not, cancels if all terms have it.",
            },
        ),
        "It depends on i and not on j, so it can be pulled out of the sum over coins.",
    ),
    "lost": Question(
        choice(
            "tr(w c w^t)",
            {
                "the square": "that one uses the mean place, and is kept.",
                "the mean": "mu stands inside the square, and is kept.",
            },
        ),
        "C is the difference between E[z z^T] and E[z] E[z]^T: the uncertainty of the place.",
    ),
}
