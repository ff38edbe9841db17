"""Somebody looks, or sends a form: HTML out, one page or part of one for each address."""
