/**
 * The table of commands: what each is for, and what it is given besides options.
 * @module
 */
/** The shells for which completions can be printed. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

export type Shell = typeof SHELLS[number];

export interface CommandSpec {
  /** The word on the command line; "plain" has none. */
  readonly name: string;
  /** What stands for its one operand in --help. @default none: it takes none */
  readonly operand?: string;
  /** What the operand is: ends the sentence "needs …". */
  readonly operandAbout?: string;
  /** Whether the operand may stand more than once. @default {false} */
  readonly takesMany?: boolean;
  /** Whether the operand may be left out. @default {false} */
  readonly isOptional?: boolean;
  /** What the operand may be. @default anything */
  readonly operandChoices?: readonly string[];
  /** One line for the list of commands. */
  readonly about: string;
  /** What its own --help says first. */
  readonly description: string;
  /** Command lines to paste, each with what it does. */
  readonly examples: readonly { readonly does: string; readonly line: string }[];
}

/** Every command that runs. Its function stands in lib/cli/run.ts, where the compiler asks for it. */
export const RUNNABLE = [
  {
    name: "plain",
    about: "Export, then import",
    description: "Exports an MLflow tracking server to a new dated folder of CSV and JSON files, " +
      "then imports that folder into Kiroframe.",
    examples: [
      {
        does: "Export and import",
        line: "kiroframe-importer --tracking-url http://localhost:5000 \\\n" +
          "  --kiroframe-url https://kiroframe.example --profiling-token TOKEN",
      },
      { does: "The same, from a file of variables", line: "kiroframe-importer --env-file params.env" },
      { does: "See it work without any server", line: "kiroframe-importer demo" },
    ],
  },
  {
    name: "export",
    about: "Write the folder only; needs just the tracking URL",
    description: "Exports an MLflow tracking server to a new dated folder of CSV and JSON files, and sends nothing.",
    examples: [
      { does: "Export one server", line: "kiroframe-importer export --tracking-url http://localhost:5000" },
      {
        does: "With artifacts, to a folder of your own",
        line: "kiroframe-importer export --tracking-url http://localhost:5000 \\\n" +
          "  --download-artifacts --base-dir /data/exports",
      },
    ],
  },
  {
    name: "import",
    operand: "FOLDER",
    operandAbout: "the FOLDER of an earlier export",
    about: "Send the folder of an earlier export to Kiroframe",
    description:
      "Sends the folder of an earlier export to Kiroframe. Rows that Kiroframe already has are updated, so " +
      "that importing again is safe. MLflow is not asked; its URL is needed for a folder that does not name its source.",
    examples: [
      {
        does: "Import an earlier export",
        line: "kiroframe-importer import ~/mlflow_export/20260131_0930_123456 \\\n" +
          "  --kiroframe-url https://kiroframe.example --profiling-token TOKEN",
      },
    ],
  },
  {
    name: "sync",
    about: "What a scheduler runs: export and import what changed",
    description:
      "Keeps Kiroframe in step with MLflow, at the cost of what changed: goes on with a folder that did not end, else " +
      "makes a new one, reads the histories and artifacts of new and changed runs only, sends the rows that changed, and " +
      "removes older folders of its own.",
    examples: [
      { does: "Every hour, from a timer", line: "kiroframe-importer sync --env-file params.env" },
      { does: "Read everything again", line: "kiroframe-importer sync --env-file params.env --full" },
    ],
  },
  {
    name: "plan",
    about: "Say what would be exported and sent, and how long it takes",
    description:
      "Lists what would be exported, reads a few runs to measure by, and says how many runs, points, calls, bytes and " +
      "minutes an export takes, and what the options leave out. Nothing is written or sent. It takes the options of the plain command.",
    examples: [
      { does: "Before the first export", line: "kiroframe-importer plan --tracking-url http://localhost:5000" },
      { does: "For a program", line: "kiroframe-importer plan --env-file params.env --json" },
    ],
  },
  {
    name: "merge",
    operand: "FOLDER...",
    operandAbout: "the FOLDERs of all shards",
    takesMany: true,
    about: "Make one folder of the shards that --shard wrote",
    description:
      "Makes one export folder of those that many machines wrote with --shard: its files equal those of one " +
      "machine. Refuses when an experiment is in none of them, or in two.",
    examples: [{ does: "Merge four shards", line: "kiroframe-importer merge --base-dir /data/exports /shards/*/2*" }],
  },
  {
    name: "report",
    operand: "FOLDER",
    operandAbout: "the FOLDER of an earlier export",
    about: "Write report.html: an earlier export as a page to look at",
    description:
      "Writes report.html into the folder of an earlier export: totals, experiments with their runs and metric curves, models, " +
      "lineage, and what failed, in one file that opens from disk. Nothing is asked or sent.",
    examples: [{ does: "Look at an export", line: "kiroframe-importer report ~/mlflow_export/20260131_0930_123456" }],
  },
  {
    name: "verify",
    operand: "FOLDER",
    operandAbout: "the FOLDER of an earlier export",
    about: "Check the folder of an earlier export by itself",
    description:
      "Checks the folder of an earlier export by itself: every row parses, counts agree, no file was changed " +
      "since the export, and what was imported arrived. Nothing is written or sent.",
    examples: [{ does: "Check the newest", line: "kiroframe-importer verify ~/mlflow_export/20260131_0930_123456" }],
  },
  {
    name: "doctor",
    about: "Look at servers, folder and settings before an export",
    description:
      "Looks at everything that an export and an import need: whether MLflow and Kiroframe are there and let us in, what they can, " +
      "whether the folder has room, and which settings nobody reads. Each is a line with ok or what to do. Nothing is written or sent. " +
      "It takes the options of the plain command.",
    examples: [
      { does: "With the settings of the nightly job", line: "kiroframe-importer doctor --env-file params.env" },
    ],
  },
  {
    name: "demo",
    about: "Show the whole job on servers inside this process",
    description: "Exports and imports for show: an MLflow with a few experiments and a Kiroframe are started inside " +
      "this process. No server, account or setting is needed.",
    examples: [{ does: "See it work", line: "kiroframe-importer demo" }],
  },
] as const satisfies readonly CommandSpec[];

/** What the program can be asked to do; "plain" is the reference's way, without a command word. */
export type CommandName = typeof RUNNABLE[number]["name"];

/** The commands that print, and do nothing else. */
const PRINTING = [
  {
    name: "completions",
    operand: "SHELL",
    operandAbout: `a SHELL: ${SHELLS.join(", ")}`,
    operandChoices: SHELLS,
    about: "Print completions for bash, zsh, fish or PowerShell",
    description: "Prints a script that teaches the shell to complete commands, flags and choices.",
    examples: [
      { does: "bash", line: 'eval "$(kiroframe-importer completions bash)"' },
      { does: "zsh, after compinit", line: 'eval "$(kiroframe-importer completions zsh)"' },
      { does: "fish", line: "kiroframe-importer completions fish | source" },
      {
        does: "PowerShell",
        line: "kiroframe-importer completions powershell | Out-String | Invoke-Expression",
      },
    ],
  },
  {
    name: "help",
    operand: "COMMAND",
    operandAbout: "a COMMAND that there is",
    operandChoices: [
      ...RUNNABLE.map(({ name }) => name).filter((name) => name !== "plain"),
      "completions",
      "help",
      "version",
    ],
    isOptional: true,
    about: "Show this help, or that of a command",
    description: "Shows what the program does, or what a command does and which options it has: the same as --help.",
    examples: [{ does: "The options of export", line: "kiroframe-importer help export" }],
  },
  {
    name: "version",
    about: "Show the version",
    description: "Shows the version of the program: the same as --version.",
    examples: [{ does: "Show the version", line: "kiroframe-importer version" }],
  },
] as const satisfies readonly CommandSpec[];

/** All of them, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [...RUNNABLE, ...PRINTING];
