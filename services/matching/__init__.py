"""Matching: what departments and others give, who is offered it, and the order that carries it.

Owns       providers, resources, packages and the ledger, orders
"""
