"""PostgreSQL 18 from a Python wheel: a database for one machine, with nothing to install."""

from deploy.postgres.cluster import FIRST_PORT, SUPERUSER, Cluster, ClusterCannotStart, throwaway

__all__ = ["FIRST_PORT", "SUPERUSER", "Cluster", "ClusterCannotStart", "throwaway"]
