"""The plumbing under every service. It knows no noun of the domain."""
