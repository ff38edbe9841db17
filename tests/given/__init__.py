"""For each operation, how it is lawfully called: a service's module here holds a `given` for each of its operations.

A new operation without one fails the build; with one, it is walked by every test of the contract.
"""

from importlib import import_module
from importlib.util import find_spec

from deploy.addresses import BUILT

# Internal addresses and streams are the plumbing's, the same in each service.
for _name in ("plumbing", *BUILT, "streams"):
    if find_spec(f"tests.given.{_name}") is not None:
        import_module(f"tests.given.{_name}")
