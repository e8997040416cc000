/**
 * Names in a file store.
 * @module
 */

/** Where deleted experiments go. */
export const TRASH = ".trash";
/** Where registered models are, beside the experiments; inside an experiment, its logged models (MLflow 3). */
export const MODELS = "models";
