"""The engine: one set of Ibis expressions from a snapshot's Parquet files to the grades of every product.

Only expressions that mean the same on every engine are used: group-bys, joins, ranks; whole numbers wherever sums are
taken, and no transcendental functions, so that no result hangs on the order in which rows were read.
"""

from fenxiao.quality.engine.running import LAST, engine_named, grade_files, regrade_files
from fenxiao.quality.engine.sources import SOURCES

__all__ = ["LAST", "SOURCES", "engine_named", "grade_files", "regrade_files"]
