"""One file a panel, named by what the user calls it."""
