"""What the console announces: nothing; what happens at the desks is the services' to tell."""
