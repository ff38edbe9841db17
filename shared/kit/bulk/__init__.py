"""Bulk: a file of many rows in one request, kept sealed until it is written, answered row by row.

    receiving   the body becomes parts of at most a thousand rows, sealed, each kept in a transaction of its own
    reading     lines of JSON, rows of CSV, and what letters they are written in
    working     a part at a time is written, with its answers, in one transaction; whoever comes next goes on there
    answers     how far a file is, and what became of its rows
    room        the addresses at which callers see both

What a row means and how it is written is the service's: a `Kind` says so.
"""
