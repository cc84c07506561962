"""Figures for the home pages; each can be traced to rows.

Keeps nothing. Sales, clicks and money of days come from `facts`, states and levels from `catalog`, balances from
`ledger`, parties from `parties`; nothing here aggregates orders or clicks by itself.
"""
