"""Fill a file store by MLflow's own client, with all that an export could stumble over: python seed_files.py FOLDER"""
import os
import sys
import time

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
import mlflow
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.tracking import MlflowClient

root = sys.argv[1]
mlflow.set_tracking_uri(root)
client = MlflowClient(root)
major = int(mlflow.__version__.split(".")[0])
EPOCH = 1_700_000_000_000

NASTY = [
    "plain",
    "",
    " blanks around ",
    "two\nlines\n",
    "windows\r\nlines\r",
    'quotes " and \' and `',
    "colon: and # hash, {braces} [brackets]",
    "null",
    "~",
    "true",
    "007",
    "1e5",
    "- dash",
    "\ufeffmark of byte order",
    "grüße ☃ 🚀 学习率 \u2028 \u0085 \u00a0",
    "\u0001 \u001b[31m",
    "long words " * 40,
    "x" * 400,
    "back\\slash \\n",
]
KEYS = ["a", "train/loss", "deep/er/key", "10", "2", "-1", "with space", "with.dot", "with-dash", "学习率", "ä", "_x", "k" * 200]
VALUES = [0.0, -0.0, 1.0, -1.5, 0.1 + 0.2, 5e-324, 1e-7, 0.0001, 0.00001, 1e15, 1e16, 1e22, 1.5e300, 1 / 3, 100.0, 123456789.123456789]
VALUES += [float("nan"), float("inf"), float("-inf"), 9007199254740993.0, 3]


def run(experiment_id, start, name=None, status="FINISHED", end=500, metrics=(), params=(), tags=()):
    given = dict(tags)
    if name is not None:
        given["mlflow.runName"] = name
    made = client.create_run(experiment_id, start_time=start, tags=given)
    run_id = made.info.run_id
    metrics = [Metric(*metric) for metric in metrics]
    for first in range(0, max(1, len(metrics)), 900):
        client.log_batch(run_id, metrics=metrics[first : first + 900])
    client.log_batch(run_id, params=[Param(*param) for param in params])
    if status is not None:
        client.set_terminated(run_id, status, None if end is None else start + end)
    return run_id


def points(key, count, value=lambda index: index / 7):
    return [(key, value(index), EPOCH + index, index) for index in range(count)]


nasty = client.create_experiment('nasty: texts # and "keys"')
for index, text in enumerate(NASTY):
    run(
        nasty,
        EPOCH + index * 1000,
        name=text or None,
        status=["FINISHED", "FAILED", "KILLED"][index % 3],
        params=[(key, text[:240]) for key in KEYS[index % 3 :: 3]],
        tags=[(key, text) for key in KEYS[index % 4 :: 2]],
        metrics=[(key, VALUES[(index + place) % len(VALUES)], EPOCH + place, place) for place, key in enumerate(KEYS)],
    )
values = client.create_experiment("values")
client.set_experiment_tag(values, "mlflow.note.content", "a note\nof two lines")
client.set_experiment_tag(values, "owner", "ada")
run(values, EPOCH, metrics=[("all", value, EPOCH + index, index) for index, value in enumerate(VALUES)])
run(values, EPOCH, metrics=[("steps", float(step), EPOCH, step) for step in (-(2**62), -3, 0, 5, 2**31, 2**53 + 1)])
run(values, EPOCH, metrics=[("ties", value, EPOCH, 1) for value in (2.0, 3.0, 1.0, 3.0)])
run(values, EPOCH, metrics=[("times", float(time), time, 0) for time in (0, 5, 3, 2**53 + 1)])
run(values, EPOCH, metrics=[("unordered", float(index), EPOCH + index * 7919 % 101, index) for index in range(101)])
run(values, EPOCH + 1, metrics=points("long", 3000))
run(values, 0, name="no start", end=None, status=None)
run(values, EPOCH + 2, name="going on", end=None, status=None, metrics=points("m", 3))
run(values, EPOCH + 3, name="scheduled", end=None, status="SCHEDULED")
many = client.create_experiment("x" * 120 + " many words in a long name that is folded " + "y" * 50)
for index in range(60):
    run(many, EPOCH + index % 7, metrics=points("m", index % 5), params=[("index", str(index))])
gone = client.create_experiment("deleted")
run(gone, EPOCH, metrics=points("m", 2))
client.delete_experiment(gone)
empty = client.create_experiment("empty", artifact_location="file:///elsewhere/of/another machine")
deleted = [run(values, EPOCH + 10 + index, name=f"deleted {index}", metrics=points("m", 2)) for index in range(3)]
for run_id in deleted:
    client.delete_run(run_id)
client.restore_run(deleted[1])

for index in range(3):
    run_id = run(many, EPOCH + 100 + index)
    path = os.path.join(root, "artifact.txt")
    with open(path, "w") as file:
        file.write(f"artifact {index}\n")
    client.log_artifact(run_id, path)
    client.log_artifact(run_id, path, "below/a folder")
    os.remove(path)

if major >= 2:
    from mlflow.entities import Dataset, DatasetInput, InputTag

    datasets = [
        Dataset("train", "d1", "local", '{"uri": "a b c"}', schema='{"columns": ["' + "word " * 50 + '"]}', profile='{"rows": 1}'),
        Dataset("test: 'x'", "d2", "s3", "{}"),
        Dataset("", "d3", "", "", schema="", profile=""),
    ]
    for index in range(6):
        run_id = run(many, EPOCH + 200 + index)
        chosen = datasets[: index % 4]
        contexts = ["training", "eval", "output"]
        client.log_inputs(
            run_id,
            [
                DatasetInput(dataset, [InputTag("mlflow.data.context", contexts[place])] if index % 2 else [InputTag("other", "x")])
                for place, dataset in enumerate(chosen)
            ],
        )
    for name in ["model b", "Model a", "ünïcode 🚀", "empty", "null", "12"]:
        client.create_registered_model(name, tags={"team": "x\ny", "a/b": "c"}, description="words: 'of' it" if name != "12" else None)
        for version in range(0 if name == "empty" else 11 if name == "model b" else 2):
            client.create_model_version(name, f"file:///models/{version}", run_id if version % 2 else None, tags={"v": str(version)})
    client.update_model_version("model b", "3", "described")
    client.transition_model_version_stage("model b", "2", "Production")
    client.delete_model_version("model b", "4")
    if hasattr(client, "set_registered_model_alias"):
        client.set_registered_model_alias("model b", "champion", "5")
        client.set_registered_model_alias("model b", "best", "5")
        client.set_registered_model_alias("Model a", "challenger", "1")
    from mlflow.entities.model_registry import RegisteredModelTag

    registry = client._get_registry_client().store
    registry.create_registered_model("a prompt", tags=[RegisteredModelTag("mlflow.prompt.is_prompt", "true")])
if major >= 3:
    from mlflow.entities import LoggedModelOutput

    run_id = run(many, EPOCH + 300)
    models = [client.create_logged_model(many, name, source_run_id=run_id) for name in ("net", "other net")]
    for model in models:
        folder = model.artifact_location.removeprefix("file://")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "MLmodel"), "w") as file:
            file.write(f"of {model.name}\n")
    client.log_outputs(run_id, [LoggedModelOutput(model.model_id, step=index) for index, model in enumerate(models)])
    client.log_batch(run_id, metrics=[Metric("of_data", 0.5, EPOCH, 3, dataset_name="train", dataset_digest="d1"), Metric("of_data", 0.25, EPOCH + 1, 4)])
