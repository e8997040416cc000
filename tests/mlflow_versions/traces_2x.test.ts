import { testTracesOf } from "../live/mlflow3/traces_2x.ts";

testTracesOf("2.14.3");
