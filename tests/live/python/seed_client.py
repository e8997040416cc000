"""Fill a server by the MLflow client of this environment: python seed_client.py TRACKING_URI RUNS [runs]

With the word "runs", of a server that knows no datasets and no registered models. Uses only what clients from 1.24 to 3.x have, and what later ones have besides where it is there.
"""
import inspect
import math
import sys

import mlflow
from mlflow.entities import Metric, Param, RunTag
from mlflow.tracking import MlflowClient

uri, count = sys.argv[1], int(sys.argv[2])
has_all = sys.argv[3:] != ["runs"]
# The way to artifacts is found by this one.
mlflow.set_tracking_uri(uri)
client = MlflowClient(uri)
START = 1_700_000_000_000
STATUSES = ["FINISHED", "FAILED", "KILLED", None]


def create_run(experiment_id, index, name):
    has_names = "run_name" in inspect.signature(client.create_run).parameters
    named = {"run_name": name} if has_names else {"tags": {"mlflow.runName": name}}
    run_id = client.create_run(experiment_id, start_time=START + index, **named).info.run_id
    params = [Param("rate", repr(0.1 * (index + 1))), Param("empty", ""), Param("netz.größe", "großes 学习率")]
    tags = [RunTag("note", 'with "quotes", commas\nand lines'), RunTag("team", f"team {index % 3}")]
    points = 1_200 if index == 1 else 20
    metrics = [Metric("loss", 1 / (step + index + 1), START + step, step) for step in range(points)]
    metrics.append(Metric("val/accuracy", 0.1 * index, START, -3))
    if index == 0:
        metrics += [Metric("not finite", value, START, step) for step, value in enumerate([math.inf, -math.inf, math.nan])]
    client.log_batch(run_id, params=params, tags=tags)
    for first in range(0, len(metrics), 900):
        client.log_batch(run_id, metrics=metrics[first : first + 900])
    return run_id


def end_run(run_id, index):
    status = STATUSES[index % len(STATUSES)]
    if status:
        client.set_terminated(run_id, status, end_time=START + 60_000 + index)


first = client.create_experiment("first")
second = client.create_experiment('zweites, "größeres" 学习')
client.create_experiment("empty")
client.set_experiment_tag(first, "mlflow.note.content", "What it is about")
ids = [create_run(second if index % 4 == 3 else first, index, f"run {index}") for index in range(count)]
client.log_text(ids[0], "notes\n", "notes/a b.txt")
client.log_text(ids[0], "", "empty.txt")
client.log_text(ids[-1], "x" * 300_000, "large/file.txt")
if has_all and hasattr(client, "log_inputs"):
    from mlflow.entities import Dataset, DatasetInput, InputTag

    dataset = Dataset(name="digits", digest="abc123", source_type="local", source='{"uri": "/data/digits"}')
    client.log_inputs(ids[0], [DatasetInput(dataset, [InputTag("mlflow.data.context", "training")])])
for index, run_id in enumerate(ids):
    end_run(run_id, index)
client.delete_run(create_run(first, count, "deleted"))
if has_all:
    client.create_registered_model("classifier", {"stage": "test"}, "Tells digits apart")
    for run_id in ids[:2]:
        source = f"{client.get_run(run_id).info.artifact_uri}/notes"
        client.create_model_version("classifier", source, run_id)
    if hasattr(client, "set_registered_model_alias"):
        client.set_registered_model_alias("classifier", "champion", "1")
