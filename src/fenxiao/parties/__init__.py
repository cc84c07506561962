"""Organisations of every kind, their members and roles, profiles, scores and tiers as facts with history."""
