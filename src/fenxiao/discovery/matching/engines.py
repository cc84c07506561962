"""Which engine learns the vectors of a large house, chosen by FENXIAO_ENGINE."""

from typing import Final

from fenxiao.discovery.matching.factors import (
    Factors,
    FactorSettings,
    factors_along,
    factors_of,
    found_in,
    weighted_by,
)
from fenxiao.discovery.matching.histories import Histories
from fenxiao.discovery.matching.spark_table import spark_table

IN_PROCESS: Final = "duckdb"


def factors_by(engine: str, histories: Histories, settings: FactorSettings) -> Factors:
    """Learn both sides in this process, or on the Spark cluster at this address. Refuses (`Unavailable`) if none is."""
    if engine == IN_PROCESS:
        return factors_of(histories, settings)
    weighted = weighted_by(histories, settings)
    with spark_table(weighted, engine=engine) as table:
        vectors = table.fetched(found_in(table, settings))
    return factors_along(vectors, weighted, histories, settings)
