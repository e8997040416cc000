"""Print models.json as MLflow's own client of this environment knows the registry: python models.py TRACKING_URI"""
import json
import sys

from mlflow.tracking import MlflowClient

client = MlflowClient(sys.argv[1])


def registered_models():
    token = None
    while True:
        page = client.search_registered_models(max_results=50, page_token=token)
        yield from page
        token = page.token
        if not token:
            return


def aliases_of(model, version):
    # The search leaves them out; releases before 2.3 have none.
    if version.version not in {str(number) for number in getattr(model, "aliases", {}).values()}:
        return []
    return list(client.get_model_version(model.name, version.version).aliases)


versions_of = {}
for version in client.search_model_versions(""):
    versions_of.setdefault(version.name, []).append(version)

models = [
    {
        "name": model.name,
        "description": model.description,
        "tags": dict(model.tags),
        "created": model.creation_timestamp,
        "last_updated": model.last_updated_timestamp,
        "latest_versions": [
            {
                "version": version.version,
                "current_stage": version.current_stage,
                "status": version.status,
                "run_id": version.run_id,
                "source": version.source,
                "description": version.description,
                "created": version.creation_timestamp,
                "last_updated": version.last_updated_timestamp,
                "tags": dict(version.tags),
                "aliases": aliases_of(model, version),
            }
            for version in sorted(versions_of.get(model.name, []), key=lambda version: -int(version.version))
        ],
    }
    for model in registered_models()
]
sys.stdout.buffer.write(json.dumps(models, indent=2, ensure_ascii=False).encode("utf-8"))
