"""Order intake, the state of each line, refunds, reviews, and commission lines with frozen terms."""
