/**
 * Names in a file store.
 * @module
 */

/** The file that makes a folder an experiment, a run, a dataset, a registered model or one of its versions. */
export const META_FILE = "meta.yaml";
/** Where deleted experiments go. */
export const TRASH = ".trash";
/** Where registered models are, beside the experiments; inside an experiment, its logged models (MLflow 3). */
export const MODELS = "models";
