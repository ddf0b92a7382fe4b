"""What the set-up does on machines where something is missing; nothing is really installed here."""

import subprocess

import pytest

import bootstrap


@pytest.fixture
def machine(monkeypatch):
    """A Debian machine without Pango; machine["root"] says whether we are root. Collects the commands that are run."""
    state = {"root": False, "commands": []}

    def run(command, environment):
        state["commands"].append(" ".join(command))
        return True

    monkeypatch.setattr(bootstrap.platform, "system", lambda: "Linux")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0 if state["root"] else 1000)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    monkeypatch.setattr(bootstrap, "has_library", lambda name: not name.startswith("pango"))
    monkeypatch.setattr(bootstrap, "has_chinese_font", lambda: True)
    monkeypatch.setattr(bootstrap, "run_quietly", run)
    monkeypatch.delenv("CI", raising=False)
    return state


def test_root_gets_the_missing_libraries_installed(machine, capsys):
    machine["root"] = True
    bootstrap.install_libraries(bootstrap.missing_libraries(tests=False))
    assert machine["commands"] == [
        "apt-get update -qq",
        "apt-get install -qq -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0",
    ]
    assert capsys.readouterr().out == "Installing system packages: libpango-1.0-0 libpangoft2-1.0-0 ...\n"


def test_others_are_told_the_exact_command(machine, capsys):
    with pytest.raises(SystemExit, match="1"):
        bootstrap.install_libraries(bootstrap.missing_libraries(tests=False))
    assert machine["commands"] == []
    assert capsys.readouterr().out == (
        "System packages are missing (for PDF files). Install them with:\n"
        "  sudo apt-get update && sudo apt-get install -y libpango-1.0-0 libpangoft2-1.0-0\n"
    )


@pytest.mark.parametrize(("ci", "fails"), [("", False), ("true", True)])
def test_a_missing_browser_fails_only_in_ci(machine, monkeypatch, capsys, ci, fails):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(bootstrap, "has_library", lambda name: True)
    missing = bootstrap.missing_libraries(tests=True)
    assert [needed[1] for needed in missing] == ["chromium", "gettext"]
    ended = False
    try:
        bootstrap.install_libraries(missing)
    except SystemExit:
        ended = True
    assert ended == fails
    assert "sudo apt-get install -y chromium gettext" in capsys.readouterr().out


def test_nothing_is_said_when_nothing_is_missing(machine, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "has_library", lambda name: True)
    bootstrap.install_libraries(bootstrap.missing_libraries(tests=False))
    assert capsys.readouterr().out == ""


def test_a_python_too_old_is_said_in_one_sentence(machine, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: name)
    monkeypatch.setattr(bootstrap, "runs", lambda python: False)
    monkeypatch.setattr(bootstrap.platform, "python_version", lambda: "3.9.2")
    with pytest.raises(SystemExit, match="1"):
        bootstrap.find_python()
    assert capsys.readouterr().out == "This needs Python 3.11 or newer; here is 3.9.2 only.\n"


def test_the_venv_module_is_named_when_debian_left_it_out(machine, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.subprocess, "check_output", lambda *args, **kwargs: "3.11\n")
    with pytest.raises(SystemExit, match="1"):
        bootstrap.install_venv("python3")
    assert capsys.readouterr().out.endswith("sudo apt-get update && sudo apt-get install -y python3.11-venv\n")


@pytest.mark.parametrize("requirements", ["requirements.txt", "requirements-dev.txt"])
def test_packages_are_installed_once_for_one_state_of_the_files(tmp_path, monkeypatch, requirements):
    commands = []
    monkeypatch.setattr(bootstrap, "STAMP", str(tmp_path / "installed"))
    monkeypatch.setattr(
        bootstrap.subprocess,
        "run",
        lambda command, **kwargs: commands.append(command) or subprocess.CompletedProcess(command, 0),
    )
    bootstrap.install_packages(requirements)
    bootstrap.install_packages(requirements)
    assert [command[-4:] for command in commands] == [["-r", requirements, "-c", "constraints.txt"]]
    bootstrap.install_packages("requirements-dev.txt")
    assert len(commands) == (1 if requirements == "requirements-dev.txt" else 2)
