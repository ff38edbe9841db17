"""Every question that insights asks its database, and every row that it writes, each with a name."""
