import assert from "node:assert/strict";
import { matcher } from "../../lib/source/glob.ts";
import { privateSource } from "../../lib/source/privacy.ts";
import type { LoggedModel, Source, Trace } from "../../lib/source/mod.ts";
import { dataset, experiment, fakeSource, loggedModel, modelMetric, run, trace } from "./fake_source.ts";

function world(): Source {
  const tags = new Map([["team", "vision s3cret"], ["mlflow.user", "ada"]]);
  const version = {
    version: "1",
    currentStage: "None",
    status: "READY",
    runId: "a",
    source: "s3://s3cret/x",
    description: "by s3cret",
    created: 1,
    lastUpdated: 1,
    tags,
    aliases: [],
  };
  return fakeSource({
    experiments: [experiment("1", { name: "s3cret plan", tags })],
    runs: [
      run("a", {
        tags,
        params: new Map([["lr", "1"], ["api_key", "s3cret"], ["path", "/home/s3cret/s3cret"]]),
        datasets: [
          dataset("s3cret", { source: '{"uri": "s3cret"}', schema: '["s3cret"]', profile: '{"of": "s3cret"}' }),
          dataset("d"),
        ],
      }),
    ],
    extras: {
      async *traces(): AsyncGenerator<Trace> {
        yield await Promise.resolve(trace("tr-1", {
          requestPreview: "s3cret",
          responsePreview: "s3cret",
          metadata: tags,
          tags,
          assessments: [{ assessment_id: "a-1", feedback: { value: "s3cret" }, list: ["s3cret", 1, null] }],
          spans: [{ name: "s3cret", attributes: { input: "the s3cret" } }],
        }));
      },
      prompts: () =>
        Promise.resolve([{
          name: "s3cret",
          description: "s3cret",
          tags,
          created: 1,
          lastUpdated: 1,
          versions: [{
            version: "1",
            type: "text",
            text: "Tell me the s3cret",
            commitMessage: "s3cret",
            responseFormat: "s3cret",
            modelConfig: "s3cret",
            created: 1,
            lastUpdated: 1,
            tags,
            aliases: [],
          }],
        }]),
      async *loggedModels(): AsyncGenerator<LoggedModel> {
        yield* [{
          ...loggedModel("m-1"),
          name: "s3cret",
          artifactLocation: "s3://s3cret",
          tags,
          params: new Map([["lr", "1"], ["api_key", "s3cret"]]),
          metrics: [{ ...modelMetric("loss"), datasetName: "s3cret set" }],
        }];
      },
    },
    models: [{ name: "m", description: "s3cret", tags, created: 1, lastUpdated: 1, versions: [version] }],
  });
}

async function everything(source: Source): Promise<string> {
  const all: unknown[] = [];
  const experiments = [];
  for await (const one of source.experiments()) experiments.push(one);
  for await (const one of source.runs(experiments)) all.push(one);
  for await (const one of source.listedRuns(experiments)) all.push(one);
  all.push(experiments, await source.models());
  for (const one of experiments) {
    all.push(await Array.fromAsync(source.extras?.traces?.(one, { withSpans: true }) ?? []));
  }
  all.push(await source.extras?.prompts?.());
  all.push(await Array.fromAsync(source.extras?.loggedModels?.(experiments) ?? []));
  return JSON.stringify(all, (_, value) => value instanceof Map ? [...value] : value);
}

Deno.test("privateSource() blackens text wherever people write it", async () => {
  assert.match(await everything(world()), /s3cret/);
  const clean = await everything(privateSource(world(), { redact: ["s3cret"], excludeTags: [], excludeParams: [] }));
  assert.doesNotMatch(clean, /s3cret/);
  assert.match(clean, /\/home\/\[redacted\]\/\[redacted\]/);
  assert.match(clean, /vision \[redacted\]/);
  // Each place by itself: what is left as it is by one of them must show.
  const places = (text: string): number => text.split("[redacted]").length - 1;
  assert.equal(places(clean), (await everything(world())).split("s3cret").length - 1);
});

Deno.test("privateSource() leaves out tags and params by key or pattern", async () => {
  const rules = { redact: [], excludeTags: ["mlflow.*"], excludeParams: ["api_key", "pat?"] };
  const clean = await everything(privateSource(world(), rules));
  assert.doesNotMatch(clean, /mlflow\.user|"ada"|api_key|"path"/);
  assert.match(clean, /"team"/);
  assert.match(clean, /"lr"/);
});

Deno.test("privateSource() is the source itself where there is nothing to take out", () => {
  const source = world();
  assert.equal(privateSource(source, { redact: [], excludeTags: [], excludeParams: [] }), source);
});

Deno.test("matcher() takes everything but * and ? for itself", () => {
  const matches = matcher(["a.b*", "x?z", "[q]"]);
  assert.deepEqual(["a.b", "a.b\nc", "axb", "xyz", "x🚀z", "xz", "[q]", "q"].map(matches), [
    true,
    true,
    false,
    true,
    true,
    false,
    true,
    false,
  ]);
});
