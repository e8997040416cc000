import { testTracesOf } from "./traces_2x.ts";

// tests/mlflow_versions/ has the oldest release with traces.
testTracesOf("2.22.5");
