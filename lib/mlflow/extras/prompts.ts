/**
 * Prompts: MLflow keeps them as registered models, and what is theirs alone in tags (mlflow 3.17.2, prompt/constants.py).
 * @module
 */
import type { ModelVersion, Prompt, PromptVersion, RegisteredModel } from "../../source/mod.ts";

const IS_PROMPT = "mlflow.prompt.is_prompt";
const TEXT = "mlflow.prompt.text";
const TYPE = "_mlflow_prompt_type";
const RESPONSE_FORMAT = "_mlflow_prompt_response_format";
const MODEL_CONFIG = "_mlflow_prompt_model_config";

/** The filter for prompts, which MLflow hides from whoever does not ask for them. */
export const PROMPT_FILTER = `tag.\`${IS_PROMPT}\` = 'true'`;

/** Whether a registered model is a prompt. */
export function isPrompt(tags: ReadonlyMap<string, string>): boolean {
  return tags.get(IS_PROMPT)?.toLowerCase() === "true";
}

/** Returns the prompts that these registered models are. */
export function promptsOf(models: readonly RegisteredModel[]): Prompt[] {
  return models.map((model) => ({
    name: model.name,
    description: model.description,
    tags: without(model.tags, [IS_PROMPT]),
    created: model.created,
    lastUpdated: model.lastUpdated,
    versions: model.versions.map(promptVersion),
  }));
}

function promptVersion({ version, description, created, lastUpdated, tags, aliases }: ModelVersion): PromptVersion {
  return {
    version,
    type: tags.get(TYPE) ?? "text",
    text: tags.get(TEXT) ?? "",
    commitMessage: description || null,
    responseFormat: tags.get(RESPONSE_FORMAT) ?? null,
    modelConfig: tags.get(MODEL_CONFIG) ?? null,
    created,
    lastUpdated,
    tags: without(tags, [IS_PROMPT, TEXT, TYPE, RESPONSE_FORMAT, MODEL_CONFIG]),
    aliases,
  };
}

function without(tags: ReadonlyMap<string, string>, keys: readonly string[]): Map<string, string> {
  return new Map([...tags].filter(([key]) => !keys.includes(key)));
}
