"""What one notebook shows and nothing else computes with.

:mod:`~lecture_lib.illustrations.landscape` (notebook 03, and 06): the height over two means on a line;
:mod:`~lecture_lib.illustrations.posterior_grid` (05): a posterior on a grid;
:mod:`~lecture_lib.illustrations.ascent` (06): gradient ascent, beside EM;
:mod:`~lecture_lib.illustrations.latent` (09): the latent variable, all its values written down.
"""
