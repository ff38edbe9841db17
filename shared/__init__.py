"""What every service may import: the contract (`schemas`), the data (`reference`), the plumbing (`kit`)."""
