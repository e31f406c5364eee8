"""The manifests in deploy/kubernetes/, as values."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

FOLDER = Path(__file__).parent.parent.parent / "deploy/kubernetes"
WORKLOADS = ("Deployment", "StatefulSet")


class Manifest(NamedTuple):
    file: str
    content: dict[str, Any]

    @property
    def kind(self) -> str:
        return str(self.content["kind"])

    @property
    def name(self) -> str:
        return str(self.content["metadata"]["name"])

    @property
    def pod(self) -> dict[str, Any]:
        """The template of a workload's pods."""
        template: dict[str, Any] = self.content["spec"]["template"]
        return template


def _read() -> Iterator[Manifest]:
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.name != "kustomization.yaml":
            yield from (Manifest(path.name, content) for content in yaml.safe_load_all(path.read_text()))


MANIFESTS = list(_read())
PODS = [manifest for manifest in MANIFESTS if manifest.kind in WORKLOADS]


def of_kind(kind: str) -> list[Manifest]:
    return [manifest for manifest in MANIFESTS if manifest.kind == kind]


def selected(labels: dict[str, str], expressions: list[dict[str, Any]] | None = None) -> list[Manifest]:
    """The workloads whose pods a selector finds."""
    return [
        manifest
        for manifest in PODS
        if labels.items() <= (found := manifest.pod["metadata"]["labels"]).items()
        and all(rule["operator"] == "In" and found.get(rule["key"]) in rule["values"] for rule in expressions or [])
    ]
