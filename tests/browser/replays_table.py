"""The site's table of the replays: what of each explorer was compared with the library, and how it differed."""

import json
from collections import Counter

from lab_server import ROOT

__all__ = ["PAGE", "Tally", "write", "written"]

PAGE = ROOT / "notebooks/site/pages/replays.md"
MARKS = "<!-- made by `make replays` -->", "<!-- end -->"
HEAD = (
    "| notebook | explorer | sequences | events | states compared | quantity | largest relative difference |",
    "|---|---|---|---|---|---|---|",
)


class Tally:
    """What was compared of one explorer."""

    def __init__(self, number, name):
        self.number, self.name = number, name
        self.events, self.states = Counter(), 0
        self.sequences, self.worst = 0, {}

    def add(self, events, compared):
        """Count one sequence: its events as JSON, and for each state the differences by quantity."""
        self.sequences += 1
        self.events.update(json.loads(event)["kind"] for event in events)
        self.states += len(compared)
        for found in compared:
            for quantity, difference in found.items():
                self.worst[quantity] = max(self.worst.get(quantity, 0.0), difference)

    def rows(self):
        """Return its rows of the table: what is counted stands in the first one."""
        counts = [self.number, self.name, self.sequences, self.events.total(), self.states]
        for quantity, difference in self.worst.items():
            shown = "0" if not difference else f"{difference:.0e}"
            yield f"| {' | '.join(map(str, counts))} | {quantity} | {shown} |"
            counts = [""] * len(counts)


def written():
    """Return by explorer the quantities of the table as it stands on the site, and their differences."""
    found, name = {}, ""
    table = PAGE.read_text(encoding="utf-8").split(MARKS[0])[1].split(MARKS[1])[0]
    for row in table.strip().splitlines()[len(HEAD) :]:
        _, explorer, *_, quantity, difference = (cell.strip() for cell in row.strip("|").split("|"))
        name = explorer or name
        found.setdefault(name, {})[quantity] = float(difference)
    return found


def write(tallies):
    """Write the table into its page."""
    rows = [row for tally in tallies for row in tally.rows()]
    head, rest = PAGE.read_text(encoding="utf-8").split(MARKS[0])
    table = "\n".join([*HEAD, *rows])
    PAGE.write_text(f"{head}{MARKS[0]}\n\n{table}\n\n{MARKS[1]}{rest.split(MARKS[1])[1]}", encoding="utf-8")
