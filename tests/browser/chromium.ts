/** A real browser: Debian's chromium, or whatever like it there is. */
import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { install, mayInstall } from "../tools/apt.ts";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Starts it. Where there is none, and this is root on Debian, it is installed first. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = PATHS.find(existsSync) ?? await installChromium();
  return await chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

async function installChromium(): Promise<string> {
  if (!mayInstall()) {
    throw new Error(`These tests need a chromium at one of ${PATHS.join(", ")}: apt-get install chromium`);
  }
  await install("chromium", "fonts-dejavu-core");
  return PATHS[0]!;
}

/** A page, and everything that went wrong or was asked of the network while it was open. */
export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** Messages of the console, errors, dialogs, and requests besides the page itself. */
  readonly incidents: string[];
}

/** Opens a file, without a network. */
export async function openFile(browser: Browser, path: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext({ offline: true, ...options });
  const page = await context.newPage();
  const incidents: string[] = [];
  page.on("console", (message) => incidents.push(`console: ${message.type()} ${message.text()}`));
  page.on("pageerror", (error) => incidents.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    incidents.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url() !== `file://${path}`) incidents.push(`request: ${request.url()}`);
  });
  await page.goto(`file://${path}`);
  return { page, incidents, [Symbol.asyncDispose]: () => context.close() };
}
