"""The questions of notebook 00, *Start here*."""

from lecture_lib.homework.engine.judges import Question, choice, number, numbers

QUESTIONS = {
    "shape": Question(
        numbers(
            [272, 3],
            hint="one row a datum, one column a cluster: count both.",
            mistakes=[
                ([3, 272], "these are the right sizes in the wrong order: one row a datum."),
                ([272, 2], "that is the shape of the data X: two columns, one a dimension."),
                ([3, 2], "that is the shape of the means: one row a cluster, one column a dimension."),
            ],
        ),
        "One row a datum, one column a cluster.",
    ),
    "sign": Question(
        number(
            79.5757,
            hint="the loop of the course climbs; k-means wants J small. What objective turns one into the other?",
            mistakes={
                -79.5757: "a sum of squares is not negative.",
                646.07: "that is J at the start, in step 0; where does the run end?",
                227.94: "that is J after the first step; where does the run end?",
            },
            tolerance=0.02,
        ),
        "The loop climbs to the top of -J, which is the bottom of J.",
    ),
    "falls": Question(
        choice(
            "the loss",
            {
                "the objective": "it is -J, so that more is better: it can only rise, or stay.",
                "the number on the wrong side": "k-means knows of no such border. Here it fell from 99 to 1, but "
                "nothing sees to that.",
            },
        ),
        "Each of the two steps minimises J while what the other one found is held.",
    ),
}
