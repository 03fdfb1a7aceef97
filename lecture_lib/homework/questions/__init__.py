"""The questions of the notebooks: ``notebook_01`` holds those of notebook 01, by the word after the dot."""
