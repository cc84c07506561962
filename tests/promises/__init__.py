"""Promises that the house makes as a whole, each with a test that can fail."""
