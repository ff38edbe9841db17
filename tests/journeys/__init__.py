"""The whole way, over real sockets and real PostgreSQL."""
