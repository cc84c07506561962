"""How `fenxiao explain` shows an explanation."""
