"""The manifests for Kubernetes: by the schemas of its API, and what no schema says."""

import re
from typing import Any

import kubernetes_validate
import pytest
import yaml

from lstm_lens.core.settings import PREFIX, Settings, variable
from tests.deploy.manifests import FOLDER, MANIFESTS, PODS, Manifest, of_kind, selected

NAMES = [f"{manifest.kind}-{manifest.name}" for manifest in MANIFESTS]
#: Variables that others than the settings read: obstore, uvicorn.
OTHERS = {"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "FORWARDED_ALLOW_IPS"}
EVERY_POD = pytest.mark.parametrize("manifest", PODS, ids=lambda manifest: manifest.name)


def containers(manifest: Manifest) -> list[dict[str, Any]]:
    spec = manifest.pod["spec"]
    return [*spec.get("initContainers", []), *spec["containers"]]


@pytest.mark.parametrize("manifest", MANIFESTS, ids=NAMES)
def test_it_is_what_the_api_takes(manifest: Manifest) -> None:
    kubernetes_validate.validate(manifest.content, kubernetes_validate.latest_version(), strict=True)


def test_what_the_api_does_not_take_is_noticed() -> None:
    wrong = yaml.safe_load(yaml.safe_dump(PODS[0].content))
    wrong["spec"]["template"]["spec"]["readOnlyRootFilesystem"] = True
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, kubernetes_validate.latest_version(), strict=True)


def test_every_file_but_the_example_of_a_secret_is_applied() -> None:
    kustomization = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())
    files = {manifest.file for manifest in MANIFESTS}
    assert {*kustomization["resources"]} == files - {"secret.example.yaml"}
    assert all("namespace" not in manifest.content["metadata"] for manifest in MANIFESTS)
    replaced = {image["name"] for image in kustomization["images"]}
    assert replaced == {"lstm-lens"}


@EVERY_POD
def test_a_pod_can_do_no_more_than_it_must(manifest: Manifest) -> None:
    spec = manifest.pod["spec"]
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False  # else a Service called lstm-lens would set LSTM_LENS_PORT
    assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys()
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] > 0
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert all("hostPath" not in volume for volume in spec.get("volumes", []))
    for container in containers(manifest):
        context = container["securityContext"]
        assert context["allowPrivilegeEscalation"] is False
        assert context["readOnlyRootFilesystem"] is True
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert container["resources"]["requests"].keys() >= {"cpu", "memory"}
        assert "memory" in container["resources"]["limits"]
        assert re.search(r":\d", container["image"])


@EVERY_POD
def test_a_pod_is_watched_and_what_it_mounts_is_there(manifest: Manifest) -> None:
    spec = manifest.pod["spec"]
    volumes = {volume["name"]: volume for volume in spec.get("volumes", [])}
    claims = {claim["metadata"]["name"] for claim in manifest.content["spec"].get("volumeClaimTemplates", [])}
    for container in containers(manifest):
        assert container.keys() >= {"livenessProbe", "readinessProbe"}
        assert {mount["name"] for mount in container["volumeMounts"]} == volumes.keys() | claims
        ports = {port["name"] for port in container.get("ports", [])}
        probes = (container[probe] for probe in container if probe.endswith("Probe"))
        assert {probe["httpGet"]["port"] for probe in probes if "httpGet" in probe} <= ports
    assert all("sizeLimit" in volume["emptyDir"] for volume in volumes.values())


@EVERY_POD
def test_a_workload_selects_its_own_pods_alone(manifest: Manifest) -> None:
    assert selected(manifest.content["spec"]["selector"]["matchLabels"]) == [manifest]
    for constraint in manifest.pod["spec"].get("topologySpreadConstraints", []):
        assert selected(constraint["labelSelector"]["matchLabels"]) == [manifest]


def test_a_server_has_time_to_end_what_is_under_way() -> None:
    (server,) = [manifest for manifest in PODS if manifest.name == "lens"]
    (container,) = containers(server)
    before = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    drained = Settings(profile="public").drain_seconds
    assert server.pod["spec"]["terminationGracePeriodSeconds"] >= before + drained + 15
    assert container["livenessProbe"]["httpGet"]["path"] == "/api/health"
    assert container["readinessProbe"]["httpGet"]["path"] == "/api/ready"


@pytest.mark.parametrize("manifest", of_kind("Service"), ids=lambda manifest: manifest.name)
def test_a_service_leads_to_ports_of_pods(manifest: Manifest) -> None:
    spec = manifest.content["spec"]
    if manifest.name == "lens-nobody":
        assert "selector" not in spec
        return
    (workload,) = selected(spec["selector"])
    ports = {port["name"] for container in containers(workload) for port in container["ports"]}
    assert {port["targetPort"] for port in spec["ports"]} <= ports


def test_the_ingress_leads_to_services_and_hides_what_is_for_those_inside() -> None:
    (ingress,) = of_kind("Ingress")
    ports = {service.name: {p["name"] for p in service.content["spec"]["ports"]} for service in of_kind("Service")}
    for rule in ingress.content["spec"]["rules"]:
        backends = {path["path"]: path["backend"]["service"] for path in rule["http"]["paths"]}
        assert {path: backend["name"] for path, backend in backends.items()} == {
            "/": "lens",
            "/metrics": "lens-nobody",
            "/api/ready": "lens-nobody",
        }
        assert all(backend["port"]["name"] in ports[backend["name"]] for backend in backends.values())
        assert [rule["host"]] == ingress.content["spec"]["tls"][0]["hosts"]
        assert rule["host"] in _settings()[f"{PREFIX}ALLOWED_HOSTS"].split()


def test_the_autoscaler_and_the_budgets_are_of_workloads() -> None:
    (autoscaler,) = of_kind("HorizontalPodAutoscaler")
    assert autoscaler.content["spec"]["minReplicas"] >= 2
    target = autoscaler.content["spec"]["scaleTargetRef"]
    (scaled,) = [manifest for manifest in PODS if (manifest.kind, manifest.name) == (target["kind"], target["name"])]
    assert "replicas" not in scaled.content["spec"]  # else every update would undo what the autoscaler did
    for budget in of_kind("PodDisruptionBudget"):
        assert [manifest.name for manifest in selected(budget.content["spec"]["selector"]["matchLabels"])] == [
            budget.name
        ]


def _policies(direction: str) -> list[tuple[list[Manifest], dict[str, Any]]]:
    found = []
    for policy in of_kind("NetworkPolicy"):
        spec = policy.content["spec"]
        if direction in spec["policyTypes"]:
            selector = spec["podSelector"]
            found.append((selected(selector["matchLabels"], selector.get("matchExpressions")), spec))
    return found


def test_the_network_is_closed_but_for_what_is_listed() -> None:
    for direction in ("Ingress", "Egress"):
        policies = _policies(direction)
        assert any(pods == PODS and direction.lower() not in spec for pods, spec in policies)
        for _, spec in policies:
            assert all(
                rule.get("ports") and (rule.get("from") or rule.get("to")) for rule in spec.get(direction.lower(), [])
            )
    named = {pod.name for pods, spec in _policies("Ingress") if "ingress" in spec for pod in pods}
    assert named == {"lens", "lens-redis"}
    for pods, spec in _policies("Ingress"):
        ports = {port["name"] for pod in pods for container in containers(pod) for port in container.get("ports", [])}
        assert {port["port"] for rule in spec.get("ingress", []) for port in rule["ports"]} <= ports


def _settings() -> dict[str, str]:
    (settings,) = of_kind("ConfigMap")
    data: dict[str, str] = settings.content["data"]
    return data


def test_the_variables_are_settings_and_their_values_legal(monkeypatch: pytest.MonkeyPatch) -> None:
    (secret,) = of_kind("Secret")
    variables = _settings() | secret.content["stringData"]
    assert variables.keys() - OTHERS <= {variable(field) for field in Settings.model_fields}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.profile == "public"
    assert settings.workers == 2
    (redis,) = [service for service in of_kind("Service") if service.name == "lens-redis"]
    assert settings.broker_url == f"redis://lens-redis:{redis.content['spec']['ports'][0]['port']}/0"


def test_servers_and_workers_read_the_same_settings() -> None:
    ours = [container for manifest in PODS for container in containers(manifest) if "lstm-lens" in container["image"]]
    assert len(ours) == 2
    read = [{"configMapRef": {"name": "lens"}}, {"secretRef": {"name": "lens"}}]
    assert [container["envFrom"] for container in ours] == [read, read]
    assert ours[0]["image"] == ours[1]["image"]
