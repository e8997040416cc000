"""Write to a file store as fast as MLflow can until standard input ends: python write_files.py FOLDER

Each run logs steps 0 to COUNT - 1 of two metrics, with COUNT as a param, and ends. Ended ones are tagged again and again. Prints the id of
each run that has ended.
"""
import os
import sys
import threading

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
from mlflow.entities import Metric
from mlflow.tracking import MlflowClient

root = sys.argv[1]
client = MlflowClient(root)
is_over = threading.Event()


def write(name):
    experiment_id = client.create_experiment(name)
    ended = []
    while not is_over.is_set():
        count = 5 + len(ended) % 40
        run_id = client.create_run(experiment_id, tags={"mlflow.runName": "x" * 100}).info.run_id
        client.log_param(run_id, "count", count)
        for step in range(count):
            client.log_metric(run_id, "a", step / 7, timestamp=step, step=step)
            client.log_batch(run_id, metrics=[Metric("deep/b", step / 3, step, step)])
            if ended:
                client.set_tag(ended[-1], "touched", "many words " * 50)
        client.set_terminated(run_id)
        ended.append(run_id)
        print(run_id, flush=True)


threads = [threading.Thread(target=write, args=(name,), daemon=True) for name in ("one", "two")]
for thread in threads:
    thread.start()
sys.stdin.buffer.read()
is_over.set()
for thread in threads:
    thread.join(10)
os._exit(0)
