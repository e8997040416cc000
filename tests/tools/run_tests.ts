/**
 * Runs `deno test -A` with the arguments given, shows its output, and ends with the plain line `N passed, N failed`.
 * The count is read from the runner's own last line; its exit code is kept.
 */
const child = new Deno.Command(Deno.execPath(), {
  args: ["test", "-A", ...Deno.args],
  stdout: "piped",
  stderr: "inherit",
  env: { NO_COLOR: "1" },
}).spawn();

let tail = "";
const decoder = new TextDecoder();
for await (const chunk of child.stdout) {
  await Deno.stdout.write(chunk);
  tail = (tail + decoder.decode(chunk, { stream: true })).slice(-4000);
}
const { code } = await child.status;
const count = [...tail.matchAll(/(\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed/g)].at(-1);
const [passed, failed] = count ? [Number(count[1]), Number(count[2])] : [0, 0];
await Deno.stdout.write(
  new TextEncoder().encode(`\n${passed} passed, ${code !== 0 && failed === 0 ? 1 : failed} failed\n`),
);
Deno.exit(code !== 0 ? code : passed === 0 ? 1 : 0);
