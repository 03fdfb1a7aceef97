"""The questions of notebook 01, *k-means*."""

from lecture_lib.homework.engine.judges import Question, choice, number, numbers

QUESTIONS = {
    "by_hand": Question(
        numbers(
            [1.5, 22 / 3],
            hint="assign each of the five data to the nearer mean, average both groups, and begin again.",
            mistakes=[
                ([4, 9], "that is where the first update leads. A datum changes side now, so the loop goes on."),
                ([3, 8], "that is where the second update leads. One datum still changes side."),
                ([6, 9], "that is the start."),
            ],
            tolerance=0.05,
            any_order=True,
        ),
        "The same end as from the other start; it took one round more.",
    ),
    "tie": Question(
        number(
            0,
            hint="the answer is the number of a cluster, and clusters are counted from 0.",
            mistakes={
                1: "both means are at distance 2. Which one does equation 1.1 take, then?",
                0.5: "k-means does not share a datum out.",
            },
        ),
        "Ties go to the lowest index. Any fixed rule would do: with one, unmoved means assign as before.",
    ),
    "cancels": Question(
        choice(
            "the square of y",
            {
                "the square of m_0": "the other bracket has the square of m_1 in its place.",
                "the product of m_0 and y": "the other bracket has m_1 in its place.",
            },
        ),
        "Without it, what is left is linear in y: a straight border.",
    ),
    "differ": Question(
        choice(
            "the means differ",
            {
                "no datum is tied": "the derivation is about any place y, not about data.",
                "both clusters have data": "data do not occur in the derivation; two means do.",
            },
        ),
        "With equal means the factor in front is zero: both own the whole plane, and the rule for ties decides.",
    ),
    "plus_plus": Question(
        number(
            0.9,
            hint="weigh each datum by its squared distance to the mean that there is, then normalise.",
            mistakes={
                0.75: "these are the distances, 1 and 3, normalised; they enter squared.",
                0.5: "that is what a uniform draw among the two others gives.",
                0.1: "that is the other datum, the one at 1.",
                1 / 3: "that is what a uniform draw among all three gives.",
                9: "that is the weight; a probability is normalised.",
            },
        ),
        "9 of 0 + 1 + 9.",
    ),
}
