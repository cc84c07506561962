"""Web pages, one folder per role."""
