"""Fill a server whose artifacts are in S3, then fetch them as MLflow's own client does: python s3_runs.py URL BUCKET FOLDER MANY

Prints the ids of the runs as JSON. The client's copy of a run's artifacts lies in FOLDER/RUN_ID.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

import boto3
import mlflow
from mlflow.tracking import MlflowClient

url, bucket, folder, many = sys.argv[1:]
boto3.client("s3", endpoint_url=os.environ["MLFLOW_S3_ENDPOINT_URL"]).create_bucket(Bucket=bucket)
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
