"""A world of parties, goods and buyers that acts only through services."""
