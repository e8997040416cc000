// deno-lint-ignore-file -- run by the runner's Node, as actions are
const { DefaultArtifactClient } = require("@actions/artifact");
const core = require("@actions/core");
const { readdirSync } = require("node:fs");
const { join, resolve } = require("node:path");

const root = resolve(core.getInput("path"));
const hidden = core.getBooleanInput("include-hidden-files");
const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .filter((path) => hidden || !path.slice(root.length).includes("/."));
new DefaultArtifactClient().uploadArtifact(core.getInput("name"), files, root).then(
  ({ id, size }) => core.info(`Kept ${files.length} files as ${id}: ${size} bytes`),
  (error) => core.setFailed(error),
);
