// deno-lint-ignore-file -- run by the runner's Node, as actions are
const { DefaultArtifactClient } = require("@actions/artifact");
const core = require("@actions/core");
const { join } = require("node:path");

async function main() {
  const client = new DefaultArtifactClient();
  const start = core.getInput("pattern").replace(/\*$/, "");
  const { artifacts } = await client.listArtifacts({ latest: true });
  for (const { id, name } of artifacts) {
    if (!name.startsWith(start)) continue;
    await client.downloadArtifact(id, { path: join(core.getInput("path"), name) });
    core.info(`Brought ${name}`);
  }
}
main().catch((error) => core.setFailed(error));
