"""Web pages, one folder per role.

Keeps no tables. Every view is one query or one act of the floors below; every page works without JavaScript,
in Chinese and in English, at 390 px and up.
"""
