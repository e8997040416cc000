// deno-lint-ignore-file -- run by the runner's Node, as actions are
const cache = require("@actions/cache");
const core = require("@actions/core");

cache.saveCache(core.getMultilineInput("path"), core.getInput("key")).then(
  (id) => core.info(`Saved as ${id}`),
  (error) => core.setFailed(error),
);
