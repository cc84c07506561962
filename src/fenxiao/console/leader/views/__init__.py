"""Views of leaders, by topic."""
