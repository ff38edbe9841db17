"""The rules of judging: pure, and readable by those whom they bind."""
