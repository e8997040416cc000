"""Seed and fetch by MLflow's own client: python model_files.py seed URL, python model_files.py fetch URL FOLDER.

seed logs a scikit-learn model, a model of a few lines, a model that is of no run, and files, an empty one too. fetch downloads, for each
run, what client.download_artifacts gives: the run's own files, and those of each of its models by name; and of the other model its files.
"""
import os
import sys
import tempfile

import mlflow
from mlflow import MlflowClient


class Identity(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input):
        return model_input


def seed():
    from sklearn.linear_model import LogisticRegression

    mlflow.set_experiment("models")
    with mlflow.start_run():
        mlflow.log_text("notes\n", "notes/a b.txt")
        mlflow.log_text("", "empty.txt")
        mlflow.log_text("<html>mine</html>", "page.html")
        mlflow.sklearn.log_model(LogisticRegression().fit([[0.0], [1.0]], [0, 1]), name="regression", pip_requirements=[])
    with mlflow.start_run():
        mlflow.pyfunc.log_model(name="identity", python_model=Identity(), pip_requirements=[])
        mlflow.log_metric("m", 1.0)
    with mlflow.start_run():
        mlflow.log_metric("m", 2.0)
    client = MlflowClient()
    experiment = client.get_experiment_by_name("models").experiment_id
    for name in ("alone", "without files"):
        model = client.create_logged_model(experiment, name=name)
        if name == "alone":
            with tempfile.TemporaryDirectory() as folder:
                mlflow.pyfunc.save_model(f"{folder}/model", python_model=Identity(), pip_requirements=[])
                client.log_model_artifacts(model.model_id, f"{folder}/model")
        client.finalize_logged_model(model.model_id, "READY")


def fetch(folder):
    client = MlflowClient()
    for run in client.search_runs([experiment.experiment_id for experiment in client.search_experiments()]):
        run_id = run.info.run_id
        target = f"{folder}/{run_id}"
        if client.list_artifacts(run_id):
            client.download_artifacts(run_id, "", mkdir(target))
        for output in client.get_run(run_id).outputs.model_outputs:
            name = client.get_logged_model(output.model_id).name
            client.download_artifacts(run_id, name, mkdir(target))
    for model in client.search_logged_models([client.get_experiment_by_name("models").experiment_id]):
        if model.name == "alone":
            target = mkdir(f"{folder}/{model.model_id}")
            mlflow.artifacts.download_artifacts(f"models:/{model.model_id}", dst_path=target)
            # What the client writes of its own.
            if os.path.exists(f"{target}/registered_model_meta"):
                os.remove(f"{target}/registered_model_meta")


def mkdir(path):
    os.makedirs(path, exist_ok=True)
    return path


command, url, *rest = sys.argv[1:]
mlflow.set_tracking_uri(url)
{"seed": seed, "fetch": fetch}[command](*rest)
