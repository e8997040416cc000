/** Ports that fetch does not go to. */

/** Free on most machines. */
const PORTS = [6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080, 5060, 5061, 4190, 4045, 3659, 6000, 6566];

/** Starts a server on one of them: another test, or another program, may have the first. */
export async function onBlockedPort<T>(serve: (port: number) => T | Promise<T>): Promise<T> {
  const start = Math.floor(Math.random() * PORTS.length);
  for (const port of [...PORTS.slice(start), ...PORTS.slice(0, start)]) {
    try {
      return await serve(port);
    } catch (error) {
      const isTaken = error instanceof Deno.errors.AddrInUse || (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (!isTaken) throw error;
    }
  }
  throw new Error("Every port that fetch does not go to is taken");
}
