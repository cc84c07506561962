"""Deals: plans, leaders' activities, second leaders, the shelf; and the quote, the one answer to which terms win.

`ground` is what acts have in common; each act itself is in `services`, and may be called by those above.
"""
