"""What a package index is told beside `[project]`: the addresses, and the README with links that lead there.

Both follow from `repository` under `[tool.course]`. While it is empty there is no address, and of a link into the
repository its words stay. Hatchling runs this whenever it builds.
"""

import re
import tomllib
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface

LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?:|#|mailto:)([^)]+)\)")


def readme(text, repository):
    """Return the README for a page that is not in the repository."""

    def absolute(link):
        picture, words, path = link.groups()
        if not repository:
            return "" if picture else words
        return f"{picture}[{words}]({repository}/{'raw' if picture else 'blob'}/HEAD/{path})"

    return LINK.sub(absolute, text)


class CustomMetadataHook(MetadataHookInterface):
    """Hatchling asks for a class of this name."""

    def update(self, metadata):
        """Add to the metadata what is declared as dynamic."""
        root = Path(self.root)
        settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["course"]
        repository = settings["repository"]
        text = readme((root / "README.md").read_text(encoding="utf-8"), repository)
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
        metadata["urls"] = (
            {
                "Source": repository,
                "Issues": f"{repository}/issues",
                "Changelog": f"{repository}/blob/HEAD/CHANGELOG.md",
            }
            if repository
            else {}
        )
