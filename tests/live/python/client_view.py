"""Print what the MLflow client of this environment sees, a run a line: python client_view.py TRACKING_URI [FILES_FOLDER]

With a folder, every file of every run is fetched to it, and its SHA-256 stands in the line.
"""
import hashlib
import json
import math
import os
import sys

import mlflow
from mlflow.tracking import MlflowClient

uri = sys.argv[1]
# The way to artifacts is found by this one.
mlflow.set_tracking_uri(uri)
client = MlflowClient(uri)


def every_page(search):
    token = None
    while True:
        page = search(token)
        yield from page
        token = page.token
        if not token:
            return


def experiments():
    if hasattr(client, "search_experiments"):
        return every_page(lambda token: client.search_experiments(max_results=100, page_token=token))
    return every_page(lambda token: client.list_experiments(max_results=100, page_token=token))


def runs_of(experiment):
    order = ["attributes.start_time DESC"]
    return every_page(
        lambda token: client.search_runs([experiment.experiment_id], order_by=order, max_results=100, page_token=token)
    )


def number(value):
    """As the export writes it: JSON has no word for these."""
    if math.isnan(value):
        return "NaN"
    return value if math.isfinite(value) else "Infinity" if value > 0 else "-Infinity"


def history_of(run_id, key):
    points = client.get_metric_history(run_id, key)
    return [{"step": point.step, "ts": point.timestamp, "value": number(point.value)} for point in points]


def files_of(run_id, folder, path=None):
    for entry in client.list_artifacts(run_id, path):
        if entry.is_dir:
            yield from files_of(run_id, folder, entry.path)
            continue
        target = os.path.join(folder, run_id)
        os.makedirs(target, exist_ok=True)
        with open(client.download_artifacts(run_id, entry.path, target), "rb") as file:
            yield entry.path, hashlib.sha256(file.read()).hexdigest()


for experiment in experiments():
    for run in runs_of(experiment):
        run_id = run.info.run_id
        row = {
            "experiment_id": experiment.experiment_id,
            "experiment_name": experiment.name,
            "run_id": run_id,
            "status": run.info.status,
            "lifecycle_stage": run.info.lifecycle_stage,
            "start_time": run.info.start_time,
            "end_time": run.info.end_time,
            "tags": run.data.tags,
            "params": run.data.params,
            "metrics_latest": {key: number(value) for key, value in run.data.metrics.items()},
            "metrics_history": {key: history_of(run_id, key) for key in run.data.metrics},
        }
        if len(sys.argv) > 2:
            row["files"] = dict(files_of(run_id, sys.argv[2]))
        sys.stdout.buffer.write((json.dumps(row, ensure_ascii=False) + "\n").encode("utf-8"))
