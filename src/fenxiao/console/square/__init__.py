"""The creator square: pages that merchants and leaders share."""
