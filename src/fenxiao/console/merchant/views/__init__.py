"""Views of merchants."""
