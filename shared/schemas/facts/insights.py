"""What insights announces: only that its trail was sealed. It listens and counts, and nobody waits for its word."""

from shared.schemas.facts import Fact
from shared.schemas.seals import Seal


class AuditSealed(Seal, Fact, name="insights.audit_sealed.v1", subject="service"):
    """A batch of the trail of insights was sealed; identity holds the seal."""
