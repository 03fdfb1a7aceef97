"""The exercises of the homework sets: ``hw1`` holds those of set 1, by the word after the dot."""
