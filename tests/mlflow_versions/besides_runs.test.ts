import { testBesidesRuns } from "../live/mlflow3/besides_runs.ts";

for (const version of ["3.1.4", "3.5.1", "3.10.1"] as const) testBesidesRuns(version);
