"""Traces of MLflow 2.14 to 2.22, by its own client: python traces_2x.py URL makes some and prints what the client says of them, as JSON."""
import json
import os
import sys
import time

# A trace is there when its call is over.
os.environ["MLFLOW_ENABLE_ASYNC_TRACE_LOGGING"] = "false"

import mlflow
from mlflow import MlflowClient


@mlflow.trace(name="answer", attributes={"a": 1})
def answer(question, number):
    with mlflow.start_span(name="look up", span_type="RETRIEVER") as span:
        span.set_inputs({"query": question})
        span.set_outputs(["ä" * 10, number])
    if number == 3:
        raise ValueError("three")
    return {"answer": f"it is \"{number}\"\n" + "x" * 2000 * (number == 2)}


def seed(client):
    first, second, gone = [client.create_experiment(name) for name in ("first", "second", "gone")]
    for experiment, count in ((first, 7), (second, 2), (gone, 1)):
        mlflow.set_experiment(experiment_id=experiment)
        for number in range(count):
            try:
                answer("what?", number)
            except ValueError:
                pass
            time.sleep(0.01)
    newest = client.search_traces([first])[0].info
    client.set_trace_tag(newest.request_id, "note", "\"ö\"")
    # Its call never ends.
    client.start_trace("going", experiment_id=second)
    client.delete_experiment(gone)
    return [second, first]


def tell(client, experiments):
    # Of the one that is going on the client gives no data.
    return {
        experiment: [tell_trace(trace) for trace in client.search_traces([experiment], order_by=["timestamp_ms DESC"])]
        for experiment in experiments
    }


def tell_trace(trace):
    info = trace.info
    return {
        "trace_id": info.request_id,
        "experiment_id": info.experiment_id,
        "client_request_id": None,
        "state": str(info.status.value),
        "request_time": info.timestamp_ms,
        "execution_duration_ms": info.execution_time_ms,
        "request_preview": info.request_metadata.get("mlflow.traceInputs"),
        "response_preview": info.request_metadata.get("mlflow.traceOutputs"),
        "trace_metadata": info.request_metadata,
        "tags": info.tags,
        "assessments": [],
        "spans": [[span.name, span.inputs, span.outputs] for span in trace.data.spans],
    }


if __name__ == "__main__":
    mlflow.set_tracking_uri(sys.argv[1])
    own = MlflowClient()
    print(json.dumps(tell(own, seed(own))))
