"""Re-iterable chunks of rows, reduced by map and sum in a fixed order.

A *block* is a chunk of rows that the user passed in: in memory, in a file, on another machine. A *tile* is the
part of a block that one thread takes at a time. A block without rows counts as nothing.
"""

from lecture_lib.blocks.blocks import Blocks, added
from lecture_lib.blocks.files.npy import NpyFile
from lecture_lib.blocks.files.parquet import ParquetFile
from lecture_lib.blocks.sample import sample_rows
from lecture_lib.blocks.tiles import THREADS, one_blas_thread, over_tiles

__all__ = ["THREADS", "Blocks", "NpyFile", "ParquetFile", "added", "one_blas_thread", "over_tiles", "sample_rows"]
