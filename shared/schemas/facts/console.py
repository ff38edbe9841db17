"""What the console announces: only that its trail was sealed; what happens at the desks is the services' to tell."""

from shared.schemas.facts import Fact
from shared.schemas.seals import Seal


class AuditSealed(Seal, Fact, name="console.audit_sealed.v1", subject="service"):
    """A batch of the trail of console was sealed; identity holds the seal."""
