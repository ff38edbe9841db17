"""The law of matching: tables and pure functions that a social worker could read. No input, no output.

person, trees, eligibility   who may have a resource: yes, no, or not known yet
area, distance               where it is given, and how far that is
candidates                   what is known of the asker and of the offer
refusing, ranking, ordering  which offers drop out and why, how the rest are ranked, when the platform orders itself
orders, returning            the moves of an order, and what follows when it comes back
ledger, settlement           the law of quantities, and what each move writes into the ledger
batch, quarters              how the row of a batch is answered, and which days a package is for
"""
