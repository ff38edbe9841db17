"""The ways to run the platform: one machine, containers, and the `fuzhou` command that all of them use."""
