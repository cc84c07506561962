"""Figures for the home pages; each can be traced to rows."""
