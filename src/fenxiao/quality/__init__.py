"""Grading of products by five powers and eleven indicators into levels L0 to L5, with explanations."""
