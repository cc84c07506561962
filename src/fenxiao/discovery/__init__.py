"""The selection index: goods found by words, filters and order."""
