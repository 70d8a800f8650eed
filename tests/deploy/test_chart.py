"""The Helm chart, rendered by Helm itself and held against the schemas of Kubernetes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import helm_python as helm
import kubernetes_validate
import pytest
import yaml
from django.conf import settings

CHART = settings.BASE_DIR / "deploy" / "helm" / "forprev"
KUBERNETES = ("1.27", "1.34")
"""The oldest that the chart takes, and one of today."""
EVERYTHING = {
    "image": {"digest": "sha256:" + "0" * 64, "pullSecrets": [{"name": "registry"}]},
    "settings": {"FORPREV_MAIL_FROM": "Forprev <ne-pas-repondre@demo.test>"},
    "web": {"autoscaling": {"enabled": True}},
    "documents": {"storageClassName": "shared"},
    "backup": {"existingClaim": "elsewhere"},
    "ingress": {"className": "nginx", "annotations": {"nginx.ingress.kubernetes.io/proxy-body-size": "21m"}},
    "serviceMonitor": {"enabled": True},
}
LEAST = {
    "backup": {"enabled": False},
    "ingress": {"enabled": False},
    "networkPolicy": {"enabled": False},
    "documents": {"existingClaim": "documents"},
}
OF_OTHERS = {"ServiceMonitor"}
"""Kinds that Kubernetes itself does not have."""

Manifest = dict[str, Any]


def rendered(values: Manifest) -> list[Manifest]:
    with helm.Chart.load(CHART) as chart:
        texts = chart.render(values, name="demo", namespace="forprev")
    return [each for name, text in texts.items() if name.endswith(".yaml") for each in yaml.safe_load_all(text) if each]


def of_kind(manifests: list[Manifest], kind: str) -> dict[str, Manifest]:
    return {each["metadata"]["name"]: each for each in manifests if each["kind"] == kind}


def pods(manifests: list[Manifest]) -> Iterator[Manifest]:
    for each in manifests:
        spec = each["spec"]
        if each["kind"] == "CronJob":
            spec = spec["jobTemplate"]["spec"]
        if "template" in spec:
            yield spec["template"]["spec"]


def test_lint_has_nothing_to_say() -> None:
    report = helm.lint(CHART, strict=True)
    assert report["errors"] == []
    assert [each["error"] for each in report["messages"]] == ["icon is recommended"]


@pytest.mark.parametrize("version", KUBERNETES)
@pytest.mark.parametrize("values", [{}, EVERYTHING, LEAST], ids=["plain", "everything", "least"])
def test_every_manifest_is_what_kubernetes_takes(values: Manifest, version: str) -> None:
    manifests = rendered(values)
    assert manifests
    for each in manifests:
        if each["kind"] not in OF_OTHERS:
            kubernetes_validate.validate(each, version, strict=True)


def test_no_pod_may_do_more_than_its_work() -> None:
    found = list(pods(rendered(EVERYTHING)))
    assert len(found) == 4
    for pod in found:
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        for container in pod["initContainers"] + pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"]["limits"]["memory"]
        (container,) = pod["containers"]
        assert container["envFrom"] == [{"secretRef": {"name": "forprev-environment"}}]
        mounted = {each["name"] for each in container["volumeMounts"]}
        assert mounted == {each["name"] for each in pod["volumes"]} - {"seal-keys", "proof-keys"}


def test_keys_are_brought_where_only_their_owner_reads_them(tmp_path: Path) -> None:
    """By the very command of the chart: from the volume of a secret, which is made of links, to plain files."""
    for kind in ("seal", "proofs"):
        inside = tmp_path / "secret" / kind / "..data"
        inside.mkdir(parents=True)
        (inside / "first.pem").write_text(kind)
        (inside.parent / "first.pem").symlink_to("..data/first.pem")
    pod = next(pods(rendered({})))
    command = [each.replace(" /", f" {tmp_path}/") for each in pod["initContainers"][0]["command"]]
    subprocess.run(command, check=True)
    for kind in ("seal", "proofs"):
        key = tmp_path / "keys" / kind / "first.pem"
        assert key.read_text() == kind
        assert key.stat().st_mode & 0o777 == 0o600
        assert not key.is_symlink()


def test_health_is_asked_where_it_is_told() -> None:
    web = of_kind(rendered({}), "Deployment")["demo-web"]["spec"]
    (container,) = web["template"]["spec"]["containers"]
    assert container["livenessProbe"]["httpGet"]["path"] == "/vivant"
    assert container["startupProbe"]["httpGet"]["path"] == "/vivant"
    assert container["readinessProbe"]["httpGet"]["path"] == "/pret"
    assert web["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    assert web["replicas"] == 2


def test_migrations_come_before_a_version() -> None:
    job = of_kind(rendered({}), "Job")["demo-migrate"]
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    documents = of_kind(rendered({}), "PersistentVolumeClaim")["demo-documents"]
    assert int(documents["metadata"]["annotations"]["helm.sh/hook-weight"]) < 0
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert container["args"][:3] == ["python", "manage.py", "migrate"]


def test_what_is_asked_for_is_there_and_nothing_else() -> None:
    everything, least = rendered(EVERYTHING), rendered(LEAST)
    autoscaler = of_kind(everything, "HorizontalPodAutoscaler")["demo-web"]
    assert autoscaler["spec"]["scaleTargetRef"]["name"] == "demo-web"
    assert "replicas" not in of_kind(everything, "Deployment")["demo-web"]["spec"]
    (image,) = {pod["containers"][0]["image"] for pod in pods(everything)}
    assert image == "forprev@sha256:" + "0" * 64
    assert {each["kind"] for each in least} == {"Deployment", "Job", "PodDisruptionBudget", "Service"}
    backup = of_kind(everything, "CronJob")["demo-backup"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    claims = [
        each["persistentVolumeClaim"]["claimName"] for each in backup["volumes"] if "persistentVolumeClaim" in each
    ]
    assert claims == ["demo-documents", "elsewhere"]


def test_selectors_find_the_pods() -> None:
    manifests = rendered({})
    labels = {
        name: each["spec"]["template"]["metadata"]["labels"] for name, each in of_kind(manifests, "Deployment").items()
    }
    for name, each in of_kind(manifests, "Deployment").items():
        assert each["spec"]["selector"]["matchLabels"].items() <= labels[name].items()
    service = of_kind(manifests, "Service")["demo-web"]["spec"]["selector"]
    assert service.items() <= labels["demo-web"].items()
    assert not service.items() <= labels["demo-worker"].items()


@pytest.mark.parametrize(
    "wrong",
    [
        {"replicas": 3},
        {"web": {"replicas": 0}},
        {"image": {"digest": "latest"}},
        {"settings": {"FORPREV_SECRET_KEY": "in the values"}},
        {"settings": {"FORPREV_DEMO": "1"}},
        {"settings": {"DATABASE_URL": "postgres://me:secret@db/forprev"}},
        {"host": "https://forprev.example.test"},
        {"networkPolicy": {"from": []}},
    ],
    ids=str,
)
def test_values_that_mean_nothing_or_too_much_are_refused(wrong: Manifest) -> None:
    with helm.Chart.load(CHART) as chart, pytest.raises(helm.HelmValuesError):
        chart.validate_schema(chart.merge_values(wrong))
