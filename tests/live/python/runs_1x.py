"""Write what MLflow 1.24.0's own client returns as the rows of an export: python runs_1x.py TRACKING_URI FOLDER

The reference's client no longer understands a 1.x server, so this stands in for it. The rows have the reference's forms,
bare NaN included, so that the same comparison serves all releases.
"""
import json
import sys
from datetime import datetime, timezone
from pathlib import Path

import mlflow
from mlflow.entities import ViewType
from mlflow.tracking import MlflowClient

uri, folder = sys.argv[1], Path(sys.argv[2])
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


def iso(milliseconds):
    if milliseconds is None:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, tz=timezone.utc).isoformat().replace("+00:00", "Z")


def write_lines(name, rows):
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / name).write_text(text, encoding="utf-8", newline="")


# 1.x lists the oldest first, later releases the newest: the export has them as the server lists them.
experiments = list(
    every_page(lambda token: client.list_experiments(ViewType.ACTIVE_ONLY, max_results=100, page_token=token))
)
run_rows, dataset_rows, basic_rows, experiment_rows = [], [], [], []

for experiment in experiments:
    runs = list(
        every_page(
            lambda token: client.search_runs(
                [experiment.experiment_id], order_by=["attributes.start_time DESC"], max_results=500, page_token=token
            )
        )
    )
    for run in runs:
        times = {
            "start_time": run.info.start_time,
            "end_time": run.info.end_time,
            "start_time_iso": iso(run.info.start_time),
            "end_time_iso": iso(run.info.end_time),
        }
        history = {
            key: [
                {"step": point.step, "ts": point.timestamp, "value": point.value}
                for point in client.get_metric_history(run.info.run_id, key)
            ]
            for key in run.data.metrics
        }
        run_rows.append(
            {
                "experiment_name": experiment.name,
                "experiment_id": experiment.experiment_id,
                "run_id": run.info.run_id,
                "status": run.info.status,
                "lifecycle_stage": run.info.lifecycle_stage,
                **times,
                "tags": run.data.tags,
                "params": run.data.params,
                "metrics_latest": run.data.metrics,
                "metrics_history": history,
                "datasets": [],
                "dataset_names": [],
            }
        )
        dataset_columns = "name digest context source_type source schema profile".split()
        dataset_rows.append(
            {
                "experiment_id": experiment.experiment_id,
                "experiment_name": experiment.name,
                "run_id": run.info.run_id,
                "run_name": run.data.tags.get("mlflow.runName"),
                "status": run.info.status,
                **times,
                **{f"dataset_{column}": None for column in dataset_columns},
            }
        )
        basic_rows.append(
            [
                experiment.experiment_id,
                experiment.name,
                run.info.run_id,
                run.data.tags.get("mlflow.runName"),
                run.info.status,
                times["start_time_iso"],
                times["end_time_iso"],
                "",
            ]
        )
    starts = [run.info.start_time for run in runs if run.info.start_time is not None]
    ends = [run.info.end_time for run in runs if run.info.end_time is not None]
    first, last = min(starts, default=None), max(ends, default=None)
    statuses = [run.info.status for run in runs]
    tags = experiment.tags
    experiment_rows.append(
        {
            "experiment_id": experiment.experiment_id,
            "experiment_name": experiment.name,
            "description": tags.get("mlflow.note.content") or tags.get("description"),
            "owner": tags.get("mlflow.owner") or tags.get("owner"),
            "artifact_location": experiment.artifact_location,
            "lifecycle_stage": experiment.lifecycle_stage,
            "runs_total": len(runs),
            "status_counts": {
                status: statuses.count(status) for status in "FINISHED FAILED SCHEDULED RUNNING KILLED".split()
            },
            "first_run_start_time": first,
            "first_run_start_time_iso": iso(first),
            "last_run_end_time": last,
            "last_run_end_time_iso": iso(last),
            "metrics": sorted({key for run in runs for key in run.data.metrics}),
            "params": sorted({key for run in runs for key in run.data.params}),
            "tag_keys": sorted({key for run in runs for key in run.data.tags}),
            "dataset_names": [],
        }
    )

write_lines("runs.json", run_rows)
write_lines("experiments_runs_datasets.json", dataset_rows)
write_lines("experiment_summary.json", experiment_rows)
header = "experiment_id,experiment_name,run_id,run_name,status,start_time_iso,end_time_iso,dataset_names"
basic = [",".join(json.dumps(cell, ensure_ascii=False) for cell in row) for row in basic_rows]
(folder / "runs_basic.csv").write_text("".join(f"{line}\n" for line in [header, *basic]), encoding="utf-8", newline="")
details = {
    row["experiment_id"]: {"name": row["experiment_name"], "runs": row["runs_total"], "dataset_rows": row["runs_total"]}
    for row in experiment_rows
}
summary = {
    "mlflow_version": None,
    "experiments": len(experiments),
    "runs": len(run_rows),
    "dataset_rows": len(dataset_rows),
    "artifact_entries": 0,
    "experiments_detail": details,
}
(folder / "summary.json").write_text(json.dumps(summary, indent=2, ensure_ascii=False), encoding="utf-8")
mlflow.search_runs([experiment.experiment_id for experiment in experiments]).to_csv(folder / "runs.csv", index=False)
