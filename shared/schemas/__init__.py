"""The contract between services and with the world: pure shapes, no input or output."""
