"""Daily facts per product, creator and merchant: the only place that aggregates orders and clicks."""
