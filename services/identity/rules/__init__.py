"""What identity decides by: scopes of roles, and how a request for a token is read."""
