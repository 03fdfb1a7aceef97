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
    "stop": Question(
        choice(
            "converge",
            {
                "em": "em goes on for ever: it yields one state after another and never asks whether to end.",
                "e_step": "a step knows only where it stands, not how the run has gone.",
                "m_step": "a step knows only where it stands, not how the run has gone.",
            },
        ),
        "The iteration and the decision to end it are kept apart, so either can be changed alone.",
    ),
}
