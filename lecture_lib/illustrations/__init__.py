"""What one notebook shows and nothing else computes with.

1. :mod:`lecture_lib.illustrations.landscape` -- notebooks 03 and 06, the height over two means on a line
2. :mod:`lecture_lib.illustrations.posterior_grid` -- notebook 05, a posterior on a grid
3. :mod:`lecture_lib.illustrations.ascent` -- notebooks 06 and 07, gradient ascent beside EM
4. :mod:`lecture_lib.illustrations.latent` -- notebooks 09 and 10, the latent variable, all its values written down
"""
