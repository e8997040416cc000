"""Add a run whose artifacts are in a data lake: python lake_run.py URL ROOT FOLDER

MLflow's own client asks lakes at Azure's own hosts alone, so that the files are put there, and fetched, by Azure's client, below the path that
MLflow's would take (mlflow 3.17.2, azure_data_lake_artifact_repo.py). Prints the run's id as JSON, and a signature that may read.
"""

import datetime
import json
import os
import sys
from pathlib import Path
from urllib.parse import unquote, urlparse

from azure.storage.blob import BlobServiceClient, ContainerSasPermissions, generate_container_sas
from mlflow.tracking import MlflowClient

url, root, folder = sys.argv[1:]
client = MlflowClient(url)
experiment = client.create_experiment("lake", artifact_location=root)
run = client.create_run(experiment)
uri = urlparse(run.info.artifact_uri)
service = BlobServiceClient.from_connection_string(os.environ["AZURE_STORAGE_CONNECTION_STRING"])
container = service.get_container_client(uri.netloc.split("@")[0])
prefix = unquote(uri.path).lstrip("/")
for name in ["plain.txt", "sub/deep/a b&(é).txt"]:
    container.upload_blob(f"{prefix}/{name}", f"content of {name}\n".encode() * 50)
for name in ["", "/sub", "/sub/deep"]:
    # As a lake lists its folders.
    container.upload_blob(prefix + name, b"", metadata={"hdi_isfolder": "true"})
for blob in container.list_blobs(name_starts_with=f"{prefix}/", include=["metadata"]):
    if (blob.metadata or {}).get("hdi_isfolder") == "true":
        continue
    target = Path(folder) / run.info.run_id / blob.name[len(prefix) + 1 :]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(container.download_blob(blob.name).readall())
signature = generate_container_sas(
    service.account_name,
    container.container_name,
    account_key=service.credential.account_key,
    permission=ContainerSasPermissions(read=True, list=True),
    expiry=datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1),
)
print(json.dumps({"runId": run.info.run_id, "signature": signature}))
