"""What `make bench` runs: the floor, the peer and the product in turn within each repeat, on one machine.

The floor does the same writes by hand; a ratio to it within one run holds where absolute figures drift.
"""
