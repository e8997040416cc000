/**
 * Numbers as people read them: pure functions.
 * @module
 */

/** Returns a count with its thousands apart: "1,204". */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Returns a count with its noun: "1 run", "2,000 runs". */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

const UNITS = ["KB", "MB", "GB", "TB", "PB"];

/** Returns bytes in the unit that fits, of thousands: "512 bytes", "1.2 GB". */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return counted(bytes, "byte");
  // From 999.5 on, the next unit's 1.0 is nearer than 1000.
  let [amount, unit] = [bytes / 1000, 0];
  for (; amount >= 999.5 && unit < UNITS.length - 1; unit++) amount /= 1000;
  return `${amount < 9.95 ? amount.toFixed(1) : Math.round(amount)} ${UNITS[unit]}`;
}

/** Returns a duration as a clock shows it: "0:07", "12:05", "3:02:10". */
export function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** Returns a duration as people say it: "0.4 s", "12 s", "3 min", "2 h 10 min", "4 days". */
export function spoken(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 89.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}

function pad(count: number): string {
  return String(count).padStart(2, "0");
}
