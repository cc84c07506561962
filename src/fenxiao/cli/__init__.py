"""The fenxiao command and the composition of the whole."""
