"""Acts of discovery."""

from fenxiao.discovery.services.index import Built, rebuild_index, refresh

__all__ = ["Built", "rebuild_index", "refresh"]
