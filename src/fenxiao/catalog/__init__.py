"""Categories, brands, products and their admission; level and label as plain facts set from above."""
