import { testBesidesRuns } from "./besides_runs.ts";

// tests/mlflow_versions/ has older releases.
testBesidesRuns("3.17.2");
