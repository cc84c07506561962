"""Pages of merchants: goods and levels, plans, orders, wallet."""
