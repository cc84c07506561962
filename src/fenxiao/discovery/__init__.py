"""The selection index: goods found by words, filters and order.

Keeps files only, under `settings().index_dir`; they can be made again from the floors below at any time. Promises that
a product which may not be offered is never found, and that a build which dies leaves the last index serving.
"""
