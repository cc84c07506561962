"""Commission plans and the quote: one answer to which terms win, and why."""
