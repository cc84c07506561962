"""Pages of creators: selection, links, orders, income."""
