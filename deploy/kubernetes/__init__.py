"""The manifests for a cluster: each service's is made from one template, so that the seven cannot drift apart."""

from string import Template
from typing import Final

from deploy.addresses import BUILT, internal_port, public_port
from deploy.places import ROOT

FOLDER: Final = ROOT / "deploy" / "kubernetes"
SIGNING_KEY: Final = (
    "              - secret: {name: signing-key, items: [{key: signing_key.json, path: signing_key.json}]}\n"
)


def manifest_of(service: str) -> str:
    """What a cluster is told of one service."""
    template = Template((FOLDER / "service.yaml.template").read_text("utf-8"))
    return template.substitute(
        service=service,
        public_port=public_port(service),
        internal_port=internal_port(service),
        more_secrets=SIGNING_KEY if service == "identity" else "",
    )


def write() -> None:
    """Write the manifest of each service that is built."""
    for service in BUILT:
        (FOLDER / "services" / f"{service}.yaml").write_text(manifest_of(service), "utf-8")
