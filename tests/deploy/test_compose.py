"""compose.yaml says what the specification allows, and every service in it is fenced in."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from lstm_lens.core.settings import PREFIX, Settings, variable

ROOT = Path(__file__).parent.parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
#: Variables of the server that are no settings of ours, and those of compose.yaml itself.
OTHERS = {"FORWARDED_ALLOW_IPS"}
COMPOSES_OWN = {"LSTM_LENS_SUBNET", "LSTM_LENS_MEMORY", "LSTM_LENS_LISTEN", "VARIANT"}


def default_of(value: str) -> str:
    """A value as it is when nothing is set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def check_by_the_specification(path: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, text=True)


def test_it_is_what_the_specification_allows(tmp_path: Path) -> None:
    done = check_by_the_specification(ROOT / "compose.yaml")
    assert done.returncode == 0, done.stdout
    wrong = tmp_path / "compose.yaml"
    wrong.write_text(yaml.safe_dump(COMPOSE | {"services": SERVICES | {"app": SERVICES["app"] | {"read_onyl": True}}}))
    assert check_by_the_specification(wrong).returncode == 1


def test_there_are_the_services_that_readme_names() -> None:
    always = {name for name, service in SERVICES.items() if not service.get("profiles")}
    assert always == {"proxy", "app"}
    assert {name for name in SERVICES if SERVICES[name].get("profiles") == ["cluster"]} == {"work", "redis"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_can_do_no_more_than_it_must(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert not {"cap_add", "privileged", "network_mode", "pid", "devices"} & service.keys()
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["pids_limit"] > 0
    assert service["healthcheck"]["test"][0] == "CMD"
    assert all("size=" in folder for folder in service.get("tmpfs", []))
    image, tag = service["image"].split(":")
    assert (image, tag != "latest" and tag[0].isdigit()) == (image, True)
    assert "build" in service or int(service["user"].split(":")[0]) > 0  # the Dockerfile names its user


def test_only_this_machine_reaches_it_and_only_through_the_proxy() -> None:
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["proxy"]
    assert [default_of(port) for port in SERVICES["proxy"]["ports"]] == ["127.0.0.1:8080:8080"]


def test_the_volumes_are_those_that_are_declared() -> None:
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert {volume for volume in used if not volume.startswith(".")} == {*COMPOSE["volumes"]}
    assert all((ROOT / volume).is_dir() for volume in used if volume.startswith("."))


def test_the_variables_are_settings_and_their_values_legal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("app", "work"):
        environment = SERVICES[name]["environment"]
        assert environment.keys() - OTHERS <= {variable(field) for field in Settings.model_fields}
        for key, value in environment.items():
            monkeypatch.setenv(key, default_of(str(value)))
        settings = Settings()
        assert settings.profile == "public"
        assert {"localhost", "127.0.0.1", "[::1]"} == {*settings.allowed_hosts.split()}
    assert settings.broker_url == "redis://redis:6379/0"


def test_what_can_be_set_from_outside_is_named_as_the_settings_are() -> None:
    given = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text()))
    assert given - COMPOSES_OWN <= {variable(field) for field in Settings.model_fields}
    assert given >= {f"{PREFIX}ALLOWED_HOSTS", f"{PREFIX}ACCESS_TOKEN", *COMPOSES_OWN}


def test_the_proxy_is_believed_and_nobody_else() -> None:
    (network,) = COMPOSE["networks"]["default"]["ipam"]["config"]
    assert SERVICES["app"]["environment"]["FORWARDED_ALLOW_IPS"] == network["subnet"]


def test_the_proxy_asks_the_service_where_it_listens() -> None:
    asked = re.findall(r"^server (\S+):(\d+) ", (ROOT / "deploy/nginx/upstream.conf").read_text(), re.MULTILINE)
    assert asked == [("app", "8000")]
    assert '"--port", "8000"' in (ROOT / "Dockerfile").read_text()
    assert "listen 8080;" in (ROOT / "deploy/nginx/listen.conf").read_text()
