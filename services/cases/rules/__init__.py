"""What holds in casework, without a database: stages and who approves, scores, standards, times."""
