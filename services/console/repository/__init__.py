"""Every question that the console asks its own database."""
