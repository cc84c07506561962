"""Views of creators."""
