"""`make manifests`."""

from deploy.kubernetes import write

write()
