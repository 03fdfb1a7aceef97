"""What nbgrader does: its course folder, its gradebook, and its pages of feedback."""

import logging
import os
import shutil
import sys
from pathlib import Path

import generate
import nbformat
from nbgrader.apps import NbGraderAPI
from nbgrader.preprocessors import CheckCellMetadata, LimitOutput, OverwriteCells, SaveAutoGrades
from traitlets.config import Config


def course(out):
    """Return nbgrader's interface to a course folder."""
    # nbgrader calls alembic, which stands beside this Python.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    config = Config()
    config.CourseDirectory.root = str(out)
    config.CourseDirectory.course_id = "homework"
    config.ClearSolutions.update(generate.STUBS)
    config.Autograde.sanitize_preprocessors = [OverwriteCells, CheckCellMetadata]
    config.Autograde.autograde_preprocessors = [LimitOutput, SaveAutoGrades, CheckCellMetadata]
    config.HTMLExporter.sanitize_html = True
    api = NbGraderAPI(config=config)
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)  # what went wrong is in what a step returns
    return api


def write(notebook, path):
    """Write a notebook into an empty folder of its own."""
    shutil.rmtree(path.parent, ignore_errors=True)
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)


def succeed(result):
    """Raise, with nbgrader's last error, unless a step of its succeeded."""
    if not result["success"]:
        lines = (result.get("error") or result.get("log") or "nbgrader failed").strip().splitlines()
        raise RuntimeError(next((line for line in reversed(lines) if "see the" not in line), lines[-1]).strip())
