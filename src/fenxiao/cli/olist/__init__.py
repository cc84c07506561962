"""Import of the Olist public dataset: sellers become merchants, orders become order events, reviews service facts."""
