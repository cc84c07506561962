"""What the books say: whether they are right, what parties have, what creators earned."""

from fenxiao.ledger.queries.checks import BooksReport, check_books
from fenxiao.ledger.queries.incomes import Income, IncomeRow, balances_of, income_of, income_rows

__all__ = ["BooksReport", "Income", "IncomeRow", "balances_of", "check_books", "income_of", "income_rows"]
