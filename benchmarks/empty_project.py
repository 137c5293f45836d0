"""dbt with nothing to do: the nodes, edges, materializations and hooks of a project, each model `select 1`.

What it takes is the price of dbt itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

PROFILE_NAME = "empty"
NODES = ("model", "seed", "snapshot")
STATISTICS = "{{ 'analyze ' ~ this if target.type == 'postgrespy' and model.config.materialized != 'view' }}"


def write_empty_project(manifest: Mapping[str, Any], profile: Mapping[str, Any], folder: Path) -> int:
    """Write the project and its profile into ``folder``, which is made; how many nodes a build of it runs.

    ``manifest`` is a manifest.json of dbt, ``profile`` the profile of the project in it.
    """
    nodes = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] in NODES}
    hooks = [key for key in manifest["nodes"] if key.startswith("operation.")]
    snapshots = []
    for kind in NODES:
        (folder / f"{kind}s").mkdir(parents=True, exist_ok=True)
    for node in nodes.values():
        parents = [nodes[key]["name"] for key in node["depends_on"].get("nodes", ()) if key in nodes]
        if node["resource_type"] == "seed":
            (folder / "seeds" / f"{node['name']}.csv").write_text("id\n1\n", encoding="utf-8")
        elif node["resource_type"] == "snapshot":
            snapshots.append(_snapshot(node["name"], parents))
        else:
            (folder / "models" / f"{node['name']}.sql").write_text(_model(node, parents), encoding="utf-8")
    (folder / "snapshots" / "snapshots.yml").write_text(_yaml({"version": 2, "snapshots": snapshots}), encoding="utf-8")
    (folder / "dbt_project.yml").write_text(
        _yaml(
            {
                "name": PROFILE_NAME,
                "version": "1.0.0",
                "config-version": 2,
                "profile": PROFILE_NAME,
                "flags": {"send_anonymous_usage_stats": False, "log_level_file": "info"},
                "on-run-start": ["select 1"] * sum("-on-run-start-" in key for key in hooks),
                "on-run-end": ["select 1"] * sum("-on-run-end-" in key for key in hooks),
                "models": {PROFILE_NAME: {"+post-hook": STATISTICS}},
                "snapshots": {PROFILE_NAME: {"+post-hook": STATISTICS}},
            }
        ),
        encoding="utf-8",
    )
    (folder / "profiles.yml").write_text(_yaml({PROFILE_NAME: profile}), encoding="utf-8")
    return len(nodes) + len(hooks)


def _model(node: Mapping[str, Any], parents: list[str]) -> str:
    """A model of one row that reads nothing and waits for the same nodes."""
    lines = [f"{{{{ config(materialized='{node['config']['materialized']}') }}}}"]
    lines += [f"-- depends_on: {{{{ ref('{parent}') }}}}" for parent in parents]
    return "\n".join([*lines, "select 1 as id", ""])


def _snapshot(name: str, parents: list[str]) -> dict[str, Any]:
    config = {"unique_key": "id", "strategy": "check", "check_cols": ["id"]}
    return {"name": name, "relation": f"ref('{parents[0]}')", "config": config}


def _yaml(content: Mapping[str, Any]) -> str:
    return yaml.safe_dump(dict(content), sort_keys=False)
