"""MLflow to Kiroframe every night: exports of three shards side by side, their merge, and the import of what is merged.

Put this file into the DAGs folder of Airflow 3. Every worker needs the program (KIROFRAME_IMPORTER, its command), a folder that all of
them share (KIROFRAME_EXPORTS), and params.env with the addresses and the tokens, readable to the workers alone (KIROFRAME_PARAMS).
"""

import json
import logging
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from airflow.exceptions import AirflowException, AirflowFailException
from airflow.sdk import dag, get_current_context, task

SHARDS = 3
COMMAND = shlex.split(os.environ.get("KIROFRAME_IMPORTER", "kiroframe-importer"))
EXPORTS = Path(os.environ.get("KIROFRAME_EXPORTS", "/data/kiroframe"))
PARAMS = os.environ.get("KIROFRAME_PARAMS", "/etc/kiroframe-importer.env")
RETRY_SECONDS = int(os.environ.get("KIROFRAME_RETRY_SECONDS", "300"))

# Usage (2), some rows failed (3) and refused credentials (4) would end the same way again.
FINAL_EXIT_CODES = (2, 3, 4)

log = logging.getLogger(__name__)


def run(command: str, *words: str) -> dict:
    """Runs the program to its end, and returns what it tells by --json."""
    with tempfile.TemporaryFile("w+") as told:
        process = subprocess.Popen(
            [*COMMAND, command, "--json", "--env-file", PARAMS, *words], stdout=told, stderr=subprocess.PIPE, text=True
        )
        try:
            for line in process.stderr:
                log.info("%s", line.rstrip())
            code = process.wait()
        except BaseException:
            # The task is ended: so is the program, and the next try goes on where it was.
            process.terminate()
            process.wait()
            raise
        told.seek(0)
        result = json.loads(told.read() or "{}")
    if code != 0:
        error = result.get("error") or {}
        reason = f"{command} ended with exit code {code}: {error.get('message', 'nothing was told')}"
        raise (AirflowFailException if code in FINAL_EXIT_CODES else AirflowException)(reason)
    return result


def folder_of_run() -> Path:
    """The folder of this run of the DAG, the same for each try of each task."""
    return EXPORTS / re.sub(r"\W+", "_", get_current_context()["run_id"])


@dag(
    schedule="17 3 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    # After five minutes, and then twice as long each time.
    default_args={"retries": 5, "retry_delay": timedelta(seconds=RETRY_SECONDS), "retry_exponential_backoff": 2.0},
)
def kiroframe_import():
    @task
    def export(shard: int) -> str:
        """One part of the experiments; --resume auto goes on with what an earlier try left."""
        base_dir = folder_of_run() / f"shard-{shard}"
        base_dir.mkdir(parents=True, exist_ok=True)
        words = ["--base-dir", str(base_dir), "--shard", f"{shard}/{SHARDS}", "--resume", "auto"]
        return run("export", *words)["folder"]

    @task
    def merge(folders: list[str]) -> str:
        merged = run("merge", "--base-dir", str(folder_of_run()), *folders)["folder"]
        for folder in folders:
            shutil.rmtree(Path(folder).parent)
        return merged

    @task(task_id="import")
    def send(folder: str) -> None:
        """Sends what Kiroframe has not acknowledged: a second try only what the first did not."""
        run("import", folder)

    send(merge(export.expand(shard=list(range(1, SHARDS + 1)))))


kiroframe_import()
