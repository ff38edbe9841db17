"""Streams: the log as it grows, told to screens as server-sent events, to each person what they may see."""
