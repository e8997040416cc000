// deno-lint-ignore-file -- run by the runner's Node, as actions are
const cache = require("@actions/cache");
const core = require("@actions/core");

const lines = core.getMultilineInput("restore-keys");
cache.restoreCache(core.getMultilineInput("path"), core.getInput("key"), lines).then(
  (key) => core.info(key === undefined ? "Nothing in the cache" : `Restored ${key}`),
  (error) => core.setFailed(error),
);
