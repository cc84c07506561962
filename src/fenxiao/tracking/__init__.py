"""Promotion places, links, clicks, and the attribution rule."""
