"""Acts of discovery."""

from fenxiao.discovery.services.charts import ChartsBuilt, build_charts
from fenxiao.discovery.services.index import Built, rebuild_index, refresh

__all__ = ["Built", "ChartsBuilt", "build_charts", "rebuild_index", "refresh"]
