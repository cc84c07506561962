"""Fenxiao: an open, self-hosted distribution alliance."""

__version__ = "0.1.0"
