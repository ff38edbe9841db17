"""The manifests for a cluster: valid, closed, and the same words, addresses and secrets as the containers'."""

import json
from collections.abc import Iterator
from typing import Any

import kubernetes_validate
import pytest
from ruamel.yaml import YAML

from deploy.addresses import BUILT, DOOR_PORT, internal_port, public_port
from deploy.environment import container_environment
from deploy.home import Home
from deploy.kubernetes import FOLDER, manifest_of
from shared.kit.settings import SharedSettings
from tests.deploy.compose import composed

# The oldest that is still kept up, and the newest that is known here.
VERSIONS = ("1.34", "1.37")
PUBLIC = [public_port(service) for service in BUILT]
INTERNAL = [internal_port(service) for service in BUILT]
# What a service asks the database for beside its pool: what it listens by.
LISTENS = 2


def read(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = list(YAML(typ="safe", pure=True).load_all((FOLDER / name).read_text("utf-8")))
    return found


@pytest.fixture(scope="module")
def cluster() -> dict[tuple[str, str], dict[str, Any]]:
    """Everything that kustomization.yaml names, by kind and name."""
    (named,) = read("kustomization.yaml")
    told = [document for name in named["resources"] for document in read(name)]
    assert len({(one["kind"], one["metadata"]["name"]) for one in told}) == len(told)
    return {(one["kind"], one["metadata"]["name"]): one for one in told}


Cluster = dict[tuple[str, str], dict[str, Any]]


def pods(cluster: Cluster) -> Iterator[tuple[str, dict[str, Any]]]:
    for (_, name), one in cluster.items():
        if "template" in one.get("spec", {}):
            yield name, one["spec"]["template"]


def containers(cluster: Cluster) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Each container's name, itself, and the pod that it is in."""
    for _, template in pods(cluster):
        pod = template["spec"]
        for one in (*pod.get("initContainers", ()), *pod["containers"]):
            yield one["name"], one, pod


def mounted(pod: dict[str, Any], container: dict[str, Any]) -> set[str]:
    """Where below /run/secrets a container finds what."""
    (volume,) = (mount["name"] for mount in container["volumeMounts"] if mount["mountPath"] == "/run/secrets")
    (sources,) = (each["projected"]["sources"] for each in pod["volumes"] if each["name"] == volume)
    return {item["path"] for source in sources for item in source["secret"]["items"]}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_manifest_is_understood_by_the_cluster(cluster: Cluster, version: str) -> None:
    for one in cluster.values():
        kubernetes_validate.validate(one, version, strict=True)


def test_each_services_manifest_is_what_the_template_makes_of_it() -> None:
    for service in BUILT:
        assert (FOLDER / "services" / f"{service}.yaml").read_text("utf-8") == manifest_of(service), "make manifests"
    assert {path.stem for path in (FOLDER / "services").iterdir()} == set(BUILT)


def test_nothing_that_lies_there_is_left_out(cluster: Cluster) -> None:
    (named,) = read("kustomization.yaml")
    there = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.yaml")}
    assert set(named["resources"]) == there - {"kustomization.yaml"}
    assert {name for name, _, _ in containers(cluster)} == {*composed()["services"]} - {"secrets"}


def test_the_same_words_are_run_as_in_containers(cluster: Cluster) -> None:
    for name, one, _ in containers(cluster):
        here = [word for word in one["args"] if not word.startswith(("--host=", "--internal-host=", "-cmax_conn"))]
        there = composed()["services"][name]["command"]
        assert here == [word for word in there if not word.startswith(("--host=", "--internal-host=", "-cmax_conn"))]


def test_the_same_is_told_as_in_containers_but_for_the_address(cluster: Cluster) -> None:
    told, address = cluster["ConfigMap", "told"]["data"], "https://fuzhou.example.org"
    assert told == {
        name: value.replace("http://127.0.0.1:8000", address)
        for name, value in composed()["services"]["needs"]["environment"].items()
    }
    (rule,) = cluster["Ingress", "door"]["spec"]["rules"]
    assert address == f"https://{rule['host']}"
    said = {each["name"]: each["value"] for name, one, _ in containers(cluster) for each in one.get("env", ())}
    for name in ("FUZHOU_SUPERUSER_URL", "FUZHOU_SUPERUSER_PASSWORD_FILE"):
        assert said[name] == composed()["services"]["migrate"]["environment"][name]
    for name in ("POSTGRES_INITDB_ARGS", "POSTGRES_PASSWORD_FILE"):
        assert said[name] == composed()["services"]["postgres"]["environment"][name]


def test_every_container_finds_the_same_secrets_and_no_others(cluster: Cluster) -> None:
    for name, one, pod in containers(cluster):
        if name == "door":
            continue
        given = composed()["services"][name]["secrets"]
        targets = {each if isinstance(each, str) else each["target"] for each in given}
        assert mounted(pod, one) == targets, name
    assert not [one for (kind, _), one in cluster.items() if kind == "Secret"]


def test_no_container_is_root_or_writes_where_it_runs_or_has_rights_to_spare(cluster: Cluster) -> None:
    for name, one, pod in containers(cluster):
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert (pod["automountServiceAccountToken"], pod["enableServiceLinks"]) == (False, False), name
        assert one["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}
        }, name  # fmt: skip
        assert all("sizeLimit" in each["emptyDir"] for each in pod["volumes"] if "emptyDir" in each), name


def test_every_container_has_the_share_that_it_has_elsewhere(cluster: Cluster) -> None:
    for name, one, _ in containers(cluster):
        told, limits = composed()["services"][name], one["resources"]["limits"]
        assert limits["memory"].lower().removesuffix("i") == told["mem_limit"], name
        assert limits["cpu"] == str(told["cpus"]), name
        assert {"cpu", "memory"} <= set(one["resources"]["requests"]), name


def test_whoever_runs_on_is_asked_whether_it_has_started_lives_and_can_work(cluster: Cluster) -> None:
    for name, one, pod in containers(cluster):
        if pod.get("restartPolicy") == "Never":
            continue
        assert {"startupProbe", "livenessProbe", "readinessProbe"} <= set(one), name
        if name in BUILT:
            asked = {kind: one[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")}
            assert asked["liveness"] == asked["startup"] == {"path": f"/{name}/health/live", "port": "public"}
            assert asked["readiness"] == {"path": f"/{name}/health/ready", "port": "public"}


def test_a_machine_that_is_emptied_leaves_one_of_each(cluster: Cluster) -> None:
    for name in (*BUILT, "door"):
        assert cluster["Deployment", name]["spec"]["replicas"] >= 2
        assert cluster["PodDisruptionBudget", name]["spec"]["minAvailable"] == 1
        labels = cluster["PodDisruptionBudget", name]["spec"]["selector"]["matchLabels"].items()
        assert labels <= cluster["Deployment", name]["spec"]["template"]["metadata"]["labels"].items()
    assert cluster["PodDisruptionBudget", "postgres"]["spec"]["maxUnavailable"] == 0


def test_everybody_is_found_by_the_name_at_which_the_others_ask(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    home = Home(tmp_path, secrets=tmp_path)
    home.secrets.complete(may_be_new=True)
    monkeypatch.setenv("FUZHOU_DATABASE_ADDRESS", cluster["ConfigMap", "told"]["data"]["FUZHOU_DATABASE_ADDRESS"])
    told = container_environment("needs", home)
    asked = {*json.loads(told["FUZHOU_PEERS"]).values(), *json.loads(told["FUZHOU_SERVICES"]).values()}
    asked |= {told["FUZHOU_IDENTITY_URL"], told["FUZHOU_NEEDS_URL"]}
    door = next(one for name, one, _ in containers(cluster) if name == "door")
    upstreams = {each["name"]: f"http://{each['value']}" for each in door["env"] if each["name"].endswith("_UPSTREAM")}
    assert set(upstreams) == {f"FUZHOU_{service.upper()}_UPSTREAM" for service in BUILT}
    found = {
        f"http://{name}:{port['port']}": (one["spec"]["selector"], port["targetPort"])
        for (kind, name), one in cluster.items() if kind == "Service" for port in one["spec"]["ports"]
    }  # fmt: skip
    assert asked | set(upstreams.values()) <= set(found)
    for service in BUILT:
        label = {"app.kubernetes.io/name": service}
        assert found[f"http://{service}-public:{public_port(service)}"] == (label, "public")
        assert found[f"http://{service}-internal:{internal_port(service)}"] == (label, "internal")
        (one,) = cluster["Deployment", service]["spec"]["template"]["spec"]["containers"]
        ports = {each["name"]: each["containerPort"] for each in one["ports"]}
        assert ports == {"public": public_port(service), "internal": internal_port(service)}


def reach(cluster: Cluster, source: dict[str, str], target: dict[str, str], port: int) -> bool:
    """Whether the policies let a pod with these labels ask another at a port: out of the one and into the other."""
    return _lets(cluster, source, target, port, way="egress") and _lets(cluster, target, source, port, way="ingress")


def _lets(cluster: Cluster, here: dict[str, str], there: dict[str, str], port: int, *, way: str) -> bool:
    policies = [one["spec"] for (kind, _), one in cluster.items() if kind == "NetworkPolicy"]
    mine = [one for one in policies if one["podSelector"].get("matchLabels", {}).items() <= here.items()]
    assert any(way.capitalize() in one["policyTypes"] for one in mine), "open to everybody"
    return any(_allows(rule, there, port, way) for one in mine for rule in one.get(way, ()))


def _allows(rule: dict[str, Any], there: dict[str, str], port: int, way: str) -> bool:
    if not any(each["port"] <= port <= each.get("endPort", each["port"]) for each in rule["ports"]):
        return False
    peers = rule.get("to" if way == "egress" else "from")
    return peers is None or any(
        "namespaceSelector" not in peer and peer["podSelector"]["matchLabels"].items() <= there.items()
        for peer in peers
    )


def test_who_may_ask_whom_is_what_it_is_in_containers(cluster: Cluster) -> None:
    labels = {name: template["metadata"]["labels"] for name, template in pods(cluster)}
    database, outside = 5432, {"app.kubernetes.io/name": "somebody"}
    for service in BUILT:
        there = labels[service]
        for port in (public_port(service), internal_port(service)):
            assert all(reach(cluster, labels[other], there, port) for other in BUILT)
            assert not reach(cluster, outside, there, port)
            assert not reach(cluster, labels["prepare"], there, port)
        assert reach(cluster, labels["door"], there, public_port(service))
        for other in (labels["door"], labels["prepare"]):
            assert not _lets(cluster, there, other, internal_port(service), way="ingress")
            assert not _lets(cluster, other, there, internal_port(service), way="egress")
        assert reach(cluster, there, labels["postgres"], database)
        assert not reach(cluster, there, labels["door"], DOOR_PORT)
        assert not _lets(cluster, there, outside, 443, way="egress")
        # Whatever else may come to run there is closed before anybody thinks of it.
        assert not _lets(cluster, outside, there, DOOR_PORT, way="ingress")
        assert not _lets(cluster, outside, there, public_port(service), way="egress")
    assert reach(cluster, labels["prepare"], labels["postgres"], database)
    assert not reach(cluster, labels["door"], labels["postgres"], database)
    assert _lets(cluster, labels["door"], outside, DOOR_PORT, way="ingress")
    assert not _lets(cluster, labels["postgres"], outside, database, way="egress")


def test_no_port_is_let_through_beyond_those_that_are_listened_at(cluster: Cluster) -> None:
    said = {
        (each["port"], each.get("endPort", each["port"]))
        for (kind, _), one in cluster.items() if kind == "NetworkPolicy"
        for way in ("ingress", "egress") for rule in one["spec"].get(way, ()) for each in rule["ports"]
    }  # fmt: skip
    assert said == {
        (53, 53),
        (DOOR_PORT, DOOR_PORT),
        (min(PUBLIC), max(PUBLIC)),
        (min(INTERNAL), max(INTERNAL)),
        (5432, 5432),
    }


def test_the_database_has_a_connection_for_each_that_may_be_asked_for_while_all_are_replaced(cluster: Cluster) -> None:
    (one,) = cluster["StatefulSet", "postgres"]["spec"]["template"]["spec"]["containers"]
    (most,) = (int(word.partition("=")[2]) for word in one["args"] if word.startswith("-cmax_connections="))
    copies = sum(
        cluster["Deployment", name]["spec"]["replicas"]
        + cluster["Deployment", name]["spec"]["strategy"]["rollingUpdate"]["maxSurge"]
        for name in BUILT
    )
    assert most >= copies * (SharedSettings.model_fields["pool_size"].default + LISTENS) + len(BUILT)
