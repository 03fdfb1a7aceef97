"""The questions of notebook 12, *Large data*."""

from lecture_lib.homework.engine.judges import Question, choice, number

QUESTIONS = {
    "union": Question(
        number(
            3,
            hint="add the sums and the counts of the two blocks, then divide.",
            mistakes={
                3.5: "that is the mean of the two means; the blocks do not hold equally many data.",
                15: "that is the sum over both blocks; divide it by how many data there are.",
                7: "that is the sum of the means; means do not add up, sums do.",
                4: "the weights are the wrong way round: the larger block counts three times.",
            },
        ),
        "(3 times 1 + 2 times 6) / 5.",
    ),
    "gap": Question(
        number(
            1,
            hint="equation 12.3: by how much can each of the two distances change?",
            mistakes={
                5: "that is the gap before the means move.",
                4: "the other means move too: the second distance may shrink.",
                2: "the own mean moves too: the first distance may grow.",
                9: "both movements shrink the bound, neither widens it.",
            },
        ),
        "7 - 2 before, less 1 and less 3.",
    ),
    "line": Question(
        choice(
            "another mean",
            {
                "the own mean": "that step holds one mean only, and its own move.",
                "the largest": "it takes the largest of moves that are right already: the one before is asked for.",
            },
        ),
        "Inside the minimum each distance shrinks by at most the move of its own mean.",
    ),
    "leap": Question(
        number(
            10,
            hint="write the second step as the first times 0.9; what is v, and what is |s| / |v|?",
            mistakes={
                9: "v is the change from the first step to the second: 0.9 s - s.",
                0.1: "that is |v| / |s|; the leap is long when the steps hardly change.",
                0.9: "that is the rate itself; a is |s| / |v|.",
                1: "with a = 1 the leap is the second step itself.",
            },
        ),
        "v = -0.1 s, so |s| / |v| = 10: ten times as far.",
    ),
    "factor": Question(
        number(
            16,
            hint="(1 - a (1 - lambda))^2 with a = 10 and lambda = 0.5.",
            mistakes={
                4: "that is the size of 1 - a (1 - lambda); the leap squares it.",
                -4: "that is 1 - a (1 - lambda); the leap squares it.",
                0: "that would be the rate that a stands for, 0.9.",
                25: "one less inside: 1 - 5.",
                0.25: "two plain steps do that; the leap extrapolates.",
            },
        ),
        "(1 - 10 times 0.5)^2: this part grows sixteen times, and later steps must settle it again.",
    ),
}
