"""Files as blocks of rows: each is read where it is summarised, never as a whole.

A further format is a file here: a Sequence, each item of which numpy.asarray reads as rows, anew each time; and a
name in ``lecture_lib.blocks``.
"""
