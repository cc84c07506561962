"""Double-entry books: accounts, transfers, postings, settlement, clawback."""
