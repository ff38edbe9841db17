"""What identity decides by: the scope of each role, and who may therefore give it."""
