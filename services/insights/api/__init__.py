"""Questions over the counter; insights answers and changes nothing."""
