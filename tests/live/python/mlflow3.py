"""What MLflow 3 has besides runs, by its own client: python mlflow3.py seed URL, python mlflow3.py tell URL.

seed makes logged models, prompts, traces, evaluation datasets, scorers and webhooks, as far as this release has them. tell prints what the client
says of each, as JSON: what an export is held against.
"""
import json
import os
import sys
import time

# A trace is there when its call is over.
os.environ["MLFLOW_ENABLE_ASYNC_TRACE_LOGGING"] = "false"

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, LoggedModelStatus

# Of what a server of 3.1 tells its client makes no previews.
IS_OLD = mlflow.__version__.startswith("3.1.")

FEATURES = {
    "datasets": hasattr(MlflowClient, "create_dataset"),
    "webhooks": hasattr(MlflowClient, "create_webhook"),
    "scorers": False,
    # 3.1 has the functions, and no server that takes what they make.
    "assessments": not IS_OLD,
}
try:
    from mlflow.genai.judges import make_judge

    FEATURES["scorers"] = True
except ImportError:
    pass


def seed():
    client = MlflowClient()
    first, second, gone = [client.create_experiment(name) for name in ("first", "second", "gone")]
    seed_models(client, first, second, gone)
    seed_prompts(client)
    seed_traces(first, second, gone)
    if FEATURES["datasets"]:
        dataset = client.create_dataset(name="questions", experiment_id=[first], tags={"team": "a"})
        dataset.merge_records([{"inputs": {"question": f"{i}? ä\"", "n": [i, None, 0.5]}, "expectations": {"answer": i}, "tags": {"odd": str(i % 2)}} for i in range(300)])
        client.create_dataset(name="empty", experiment_id=[first, second])
        client.create_dataset(name="nobody's")
    if FEATURES["scorers"]:
        judge = make_judge(name="polite", instructions="Is {{ outputs }} polite?", model="openai:/gpt-4o")
        judge.register(experiment_id=first)
        make_judge(name="polite", instructions="Is {{ outputs }} *very* polite?", model="openai:/gpt-4o").register(experiment_id=first)
        make_judge(name="short", instructions="Is {{ outputs }} short?", model="openai:/gpt-4o").register(experiment_id=second)
    if FEATURES["webhooks"]:
        client.create_webhook(name="hook", url="http://127.0.0.1:9/hook", events=["registered_model.created"], secret="webhook-secret")
    client.delete_experiment(gone)


def seed_models(client, first, second, gone):
    run = client.create_run(first, run_name="trainer")
    training = Dataset(name="training set", digest="abc123", source_type="local", source="{}", schema=None, profile=None)
    client.log_inputs(run.info.run_id, [DatasetInput(dataset=training, tags=[])])
    ids = {}
    for experiment, name, status in [(first, "forest", "READY"), (first, "forest", "READY"), (first, "broken", "FAILED"), (first, "waiting", "PENDING"), (second, "other", "READY"), (first, "deleted", "READY"), (gone, "lost", "READY")]:
        model = client.create_logged_model(
            experiment,
            name=name,
            source_run_id=run.info.run_id if experiment == first else None,
            tags={"secret tag": f"{name}'s", "1": "one", "ä": "ö\n\"x\""},
            params={"depth": "3", "a": "", "1": "2"},
            model_type="agent" if name == "broken" else None,
        )
        if status != "PENDING":
            client.finalize_logged_model(model.model_id, LoggedModelStatus.READY if status == "READY" else LoggedModelStatus.FAILED)
        ids[name] = model.model_id
        # The order of models made within one millisecond is nobody's promise.
        time.sleep(0.01)
    client.log_metric(run.info.run_id, "accuracy", 0.5, step=1, timestamp=1000, model_id=ids["forest"], dataset_name="training set", dataset_digest="abc123")
    client.log_metric(run.info.run_id, "accuracy", 0.75, step=2, timestamp=2000, model_id=ids["forest"], dataset_name="training set", dataset_digest="abc123")
    client.log_metric(run.info.run_id, "loss", float("nan"), step=0, timestamp=3000, model_id=ids["forest"])
    client.log_metric(run.info.run_id, "big", 1e22, step=-5, timestamp=3000, model_id=ids["forest"])
    client.set_terminated(run.info.run_id)
    client.delete_logged_model(ids["deleted"])
    client.create_registered_model("registered")
    client.create_model_version("registered", f"models:/{ids['forest']}", run.info.run_id, model_id=ids["forest"])
    client.create_model_version("registered", f"models:/{ids['other']}", model_id=ids["other"])
    client.set_registered_model_alias("registered", "champion", "1")
    client.set_registered_model_alias("registered", "best", "1")


def seed_prompts(client):
    client.register_prompt(name="greeting", template="Hello {{name}}", commit_message="first words", tags={"author": "a", "secret tag": "s"})
    client.register_prompt(name="greeting", template="Hello, \"{{name}}\"\nHow are you?", tags={"author": "b"})
    client.register_prompt(name="farewell", template="Bye")
    client.set_prompt_alias("greeting", "production", 1)
    client.set_prompt_alias("greeting", "staging", 2)
    client.set_prompt_tag("greeting", "task", "words")
    try:
        client.register_prompt(name="chat", template=[{"role": "system", "content": "Be {{how}}"}, {"role": "user", "content": "{{question}}"}])
    except Exception as error:
        print("no chat prompts:", type(error).__name__, error, file=sys.stderr)


def seed_traces(first, second, gone):
    for experiment, count in ((first, 7), (second, 2), (gone, 1)):
        mlflow.set_experiment(experiment_id=experiment)
        for number in range(count):
            trace(number)


@mlflow.trace(name="answer", attributes={"a": 1})
def answer(question, number):
    with mlflow.start_span(name="look up", span_type="RETRIEVER") as span:
        span.set_inputs({"query": question})
        span.set_outputs(["ä" * 10, number])
    mlflow.update_current_trace(tags={"secret tag": "s", "number": str(number)})
    if number == 3:
        raise ValueError("three")
    return {"answer": f"it is \"{number}\"\n" + "x" * 2000 * (number == 2)}


def trace(number):
    try:
        answer("what?", number)
    except ValueError:
        pass
    trace_id = mlflow.get_last_active_trace_id()
    if number == 1 and FEATURES["assessments"]:
        mlflow.log_feedback(trace_id=trace_id, name="quality", value=0.5, rationale="so so")
        mlflow.log_expectation(trace_id=trace_id, name="expected", value={"answer": [1, None, "ü"]})
    time.sleep(0.01)


def tell():
    client = MlflowClient()
    active = [experiment.experiment_id for experiment in client.search_experiments()]
    print(
        json.dumps(
            {
                "logged_models": [
                    tell_model(model)
                    for model in pages(lambda token: client.search_logged_models(active, max_results=2, page_token=token))
                ],
                "prompts": tell_prompts(client),
                "traces": {experiment: tell_traces(client, experiment) for experiment in active},
                "evaluation_datasets": tell_datasets(client) if FEATURES["datasets"] else [],
                "scorers": [scorer for experiment in active for scorer in tell_scorers(experiment)] if FEATURES["scorers"] else [],
                "webhooks": [tell_webhook(webhook) for webhook in client.list_webhooks()] if FEATURES["webhooks"] else [],
            }
        )
    )


def tell_datasets(client):
    return [
        {
            "dataset_id": dataset.dataset_id,
            "name": dataset.name,
            "digest": dataset.digest,
            "tags": dataset.tags,
            "schema": dataset.schema,
            "profile": dataset.profile,
            "created": dataset.created_time,
            "last_updated": dataset.last_update_time,
            "created_by": dataset.created_by,
            "last_updated_by": dataset.last_updated_by,
            "experiment_ids": sorted(dataset.experiment_ids),
            "records": [
                {
                    "record_id": record.dataset_record_id,
                    "inputs": record.inputs,
                    "outputs": record.outputs,
                    "expectations": record.expectations,
                    "tags": record.tags,
                    "source_type": record.source_type,
                    "source_id": record.source_id,
                    "created": record.created_time,
                    "last_updated": record.last_update_time,
                    "created_by": record.created_by,
                    "last_updated_by": record.last_updated_by,
                }
                for record in dataset.records
            ],
        }
        for dataset in (client.get_dataset(listed.dataset_id) for listed in pages(lambda token: client.search_datasets(page_token=token)))
    ]


def tell_scorers(experiment):
    from mlflow.genai.scorers.registry import list_scorer_versions

    names = sorted(scorer.name for scorer in mlflow.genai.scorers.list_scorers(experiment_id=experiment))
    return [
        {
            "experiment_id": experiment,
            "name": name,
            "versions": [
                [version, scorer.instructions]
                for scorer, version in sorted(
                    list_scorer_versions(name=name, experiment_id=experiment), key=lambda pair: -pair[1]
                )
            ],
        }
        for name in names
    ]


def tell_webhook(webhook):
    return {
        "webhook_id": webhook.webhook_id,
        "name": webhook.name,
        "description": webhook.description or "",
        "url": webhook.url,
        "events": sorted(f"{event.entity.value}.{event.action.value}" for event in webhook.events),
        "status": str(webhook.status.value),
        "created": webhook.creation_timestamp,
        "last_updated": webhook.last_updated_timestamp,
    }


def tell_traces(client, experiment):
    where = {"locations": [experiment]} if FEATURES["datasets"] else {"experiment_ids": [experiment]}
    return [tell_trace(trace) for trace in pages(lambda token: client.search_traces(**where, max_results=3, page_token=token))]


def tell_trace(trace):
    info = trace.info
    return {
        "trace_id": info.trace_id,
        "experiment_id": info.experiment_id,
        "client_request_id": info.client_request_id,
        "state": str(info.state.value),
        "request_time": info.request_time,
        "execution_duration_ms": info.execution_duration,
        "request_preview": info.trace_metadata.get("mlflow.traceInputs") if IS_OLD else info.request_preview,
        "response_preview": info.trace_metadata.get("mlflow.traceOutputs") if IS_OLD else info.response_preview,
        "trace_metadata": info.trace_metadata,
        "tags": info.tags,
        "assessments": [[a.name, a.value, a.rationale] for a in info.assessments or []],
        "spans": [[span.name, span.inputs, span.outputs] for span in trace.data.spans],
    }


def tell_prompts(client):
    told = []
    for prompt in pages(lambda token: client.search_prompts(max_results=2, page_token=token)):
        # Of a version's aliases the client tells none, or not all: each is asked for.
        aliases = {alias: alias_version(client, prompt.name, alias) for alias in ("production", "staging")}
        versions = []
        for number in range(1, 9):
            try:
                version = client.get_prompt_version(prompt.name, number)
            except Exception:
                break
            if version is None:
                break
            versions.insert(
                0,
                {
                    "version": str(version.version),
                    "text": version.template if isinstance(version.template, str) else json.dumps(version.template),
                    "commit_message": version.commit_message or None,
                    "created": version.creation_timestamp,
                    "tags": version.tags,
                    "aliases": sorted(alias for alias, of in aliases.items() if of == str(version.version)),
                },
            )
        told.append({"name": prompt.name, "description": prompt.description or "", "tags": prompt.tags, "versions": versions})
    return sorted(told, key=lambda prompt: prompt["name"])


def alias_version(client, name, alias):
    try:
        version = client.get_prompt_version_by_alias(name, alias)
    except Exception:
        return None
    return version and str(version.version)


def pages(ask):
    token, seen = None, set()
    while True:
        page = ask(token)
        yield from page
        token = page.token
        # Some clients give the last token for ever.
        if not token or token in seen:
            return
        seen.add(token)


def tell_model(model):
    return {
        "model_id": model.model_id,
        "creation_timestamp": model.creation_timestamp,
        "last_updated_timestamp": model.last_updated_timestamp,
        "experiment_id": model.experiment_id,
        "name": model.name,
        "status": str(model.status),
        "model_type": model.model_type or None,
        "source_run_id": model.source_run_id or None,
        "artifact_location": model.artifact_location,
        "tags": model.tags or {},
        "params": model.params or {},
        "metrics": sorted(
            (
                {"key": m.key, "value": m.value, "step": m.step, "timestamp": m.timestamp, "run_id": m.run_id, "dataset_name": m.dataset_name, "dataset_digest": m.dataset_digest}
                for m in model.metrics or []
            ),
            key=lambda m: (m["key"], m["timestamp"]),
        ),
    }


if __name__ == "__main__":
    command, url, *rest = sys.argv[1:]
    mlflow.set_tracking_uri(url)
    {"seed": seed, "tell": tell}[command](*rest)
