"""Fill a server whose artifacts are in a store of objects, then fetch them as MLflow's own client does: python object_runs.py URL ROOT FOLDER MANY

Prints the ids of the runs as JSON. The client's copy of a run's artifacts lies in FOLDER/RUN_ID.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlparse

import mlflow
from mlflow.tracking import MlflowClient

url, root, folder, many = sys.argv[1:]


def make_bucket(scheme, authority):
    if scheme == "s3":
        import boto3

        boto3.client("s3", endpoint_url=os.environ["MLFLOW_S3_ENDPOINT_URL"]).create_bucket(Bucket=authority)
    elif scheme == "gs":
        from google.cloud import storage

        storage.Client(project="tests").create_bucket(authority)
    elif scheme == "wasbs":
        from azure.storage.blob import BlobServiceClient

        connection = os.environ["AZURE_STORAGE_CONNECTION_STRING"]
        BlobServiceClient.from_connection_string(connection).create_container(authority.split("@")[0])


make_bucket(urlparse(root).scheme, urlparse(root).netloc)
mlflow.set_tracking_uri(url)
client = MlflowClient()
run_ids = []
with tempfile.TemporaryDirectory() as place:
    root = Path(place)
    names = ["plain.txt", "a b+c (é)!'.txt", "sub/deep/☃ & <x>.json", "sub/%2F.txt", "packed.json.gz", "empty"]
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"" if name == "empty" else f"content of {name}\n".encode() * 50)
    (root / "large.bin").write_bytes(os.urandom(1 << 20) * 40)
    with mlflow.start_run() as run:
        mlflow.log_param("p", 1)
        mlflow.log_artifacts(place)
    run_ids.append(run.info.run_id)
with tempfile.TemporaryDirectory() as place:
    for index in range(int(many)):
        (Path(place) / f"{index:04}.txt").write_text(str(index))
    with mlflow.start_run() as run:
        mlflow.log_artifacts(place, "many")
    run_ids.append(run.info.run_id)


class Model(mlflow.pyfunc.PythonModel):
    def predict(self, model_input: list[str]) -> list[str]:
        return model_input


with mlflow.start_run() as run:
    logged = mlflow.pyfunc.log_model(name="model", python_model=Model(), pip_requirements=[])
run_ids.append(run.info.run_id)
with mlflow.start_run() as run:
    pass
run_ids.append(run.info.run_id)

for run_id in run_ids:
    target = Path(folder) / run_id
    target.mkdir(parents=True)
    if client.list_artifacts(run_id):
        mlflow.artifacts.download_artifacts(run_id=run_id, dst_path=str(target))
model = Path(folder) / run_ids[2] / "model"
mlflow.artifacts.download_artifacts(artifact_uri=logged.model_uri, dst_path=str(model))
# The client makes this one itself.
(model / "registered_model_meta").unlink()
print(json.dumps(run_ids))
