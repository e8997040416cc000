/** The types of the npm package, as a strict TypeScript project and two linters of packages see them. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execute, nodePath } from "../package/programs.ts";
import { projectOnce } from "./installed.ts";

const PUBLINT = "publint@0.3.25";
const ATTW = "@arethetypeswrong/cli@0.18.5";
/** The newest, and the last that was written in itself, which most projects have. */
const COMPILERS = ["typescript@7.0.2", "typescript@5.9.3"];

const RIGHT =
  `import { AppError, exportMlflow, type ExportOutcome, importToKiroframe, mergeFolders } from "kiroframe-importer";

const controller = new AbortController();
const outcome: ExportOutcome = await exportMlflow({
  trackingUrl: "http://127.0.0.1:9",
  baseDir: "exports",
  shard: { index: 1, count: 2 },
  signal: controller.signal,
  onProgress: ({ work, done, total }) => work.padEnd(done) + (total?.toFixed() ?? ""),
});
const folder: string = outcome.folderPath;
const { result } = await importToKiroframe({ folder, kiroframeUrl: "https://my.kiroframe.com", profilingToken: "x" });
const sent: number = result.runs.sent;
const merged = await mergeFolders({ folders: [folder], baseDir: "exports" });
const code: number | undefined = new AppError("no").exitCode + sent + merged.summary.runs;
export default code;
`;

/** Types that were any would let these pass. */
const WRONG: readonly string[] = [
  'import { exportMlflo } from "kiroframe-importer"; export default exportMlflo;',
  'import { exportMlflow } from "kiroframe-importer"; await exportMlflow({ baseDir: "x" });',
  'import { exportMlflow } from "kiroframe-importer"; (await exportMlflow({ trackingUrl: "", baseDir: "" })).nothing;',
  'import { exitCodeOf } from "kiroframe-importer/lib/errors.ts"; export default exitCodeOf;',
];

Deno.test("a strict project imports the library with its types, by TypeScript 7 and 5", async () => {
  const project = await projectOnce();
  await project.install(...COMPILERS.map((spec, index) => `compiler-${index}@npm:${spec}`));
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    target: "esnext",
    types: [],
  };
  await writeFile(join(project.folder, "right.ts"), RIGHT);
  for (const [index, line] of WRONG.entries()) await writeFile(join(project.folder, `wrong_${index}.ts`), line);
  for (const module of ["nodenext", "preserve"]) {
    const config = { compilerOptions: { ...compilerOptions, module }, include: ["*.ts"] };
    await writeFile(join(project.folder, "tsconfig.json"), JSON.stringify(config));
    for (const [index, compiler] of COMPILERS.entries()) {
      const tsc = join(project.folder, "node_modules", `compiler-${index}`, "bin", "tsc");
      const { stdout, stderr } = await execute([await nodePath(), tsc, "--project", project.folder]);
      const files = [...stdout.matchAll(/(\w+\.ts)\(\d+,\d+\): error TS\d+/g)].map(([, file]) => file);
      const expected = WRONG.map((_, index) => `wrong_${index}.ts`);
      assert.deepEqual([[...new Set(files)], stderr], [expected, ""], `${compiler}, ${module}: ${stdout}`);
    }
  }
});

Deno.test("publint has nothing to say about the npm package", async () => {
  const project = await projectOnce();
  const { code, stdout, stderr } = await project.npx(PUBLINT, "run", "--strict", project.archive);
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /All good!/);
});

Deno.test("are-the-types-wrong finds none: the package is a module, for whatever resolves modules as Node does", async () => {
  const project = await projectOnce();
  const { code, stdout, stderr } = await project.npx(
    ...["--package", ATTW, "attw", project.archive, "--profile", "esm-only", "--format", "ascii", "--no-emoji"],
  );
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /^node16 \(from ESM\): OK \(ESM\)\nbundler: OK/m);
});
