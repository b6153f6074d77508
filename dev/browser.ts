/** A Chromium for browser tests and screenshots. */

import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { cloneFolder, runsAsRoot, setting } from './environment.ts';
import { installPackage } from './debian-package.ts';
import type { ReportProgress } from './progress.ts';
import { findOnPath } from './temporal-find.ts';

/** Launch options for `chromium.launch()` of playwright-core. */
export interface Browser {
  readonly executablePath: string;
  readonly args: string[];
}

/** The headless shell first: without windows to draw it needs two thirds of a full browser's work. */
const HEADLESS_SHELL = 'chromium-headless-shell';
const NAMES = [
  HEADLESS_SHELL,
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
];

const MAC_APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

const INSTALL_HINT =
  'Tests in a browser need Chromium or Chrome. Install one: "apt-get install chromium" on Debian, "brew install --cask chromium" on macOS, or https://www.google.com/chrome.';

/** Finds an installed Chromium, Chrome or Edge; undefined if there is none. Changes nothing. */
export function findBrowser(): Browser | undefined {
  const executablePath =
    NAMES.map(findOnPath).find(Boolean) ??
    MAC_APPLICATIONS.find((file) => existsSync(file)) ??
    findDownloaded();
  // As root, Chromium has no sandbox; a container's /dev/shm is often too small for it.
  const args = ['--disable-dev-shm-usage', ...(runsAsRoot ? ['--no-sandbox'] : [])];
  return executablePath ? { executablePath, args } : undefined;
}

/** Finds or installs a browser: Playwright's download, else Debian's package as root. Rejects with instructions. */
export async function ensureBrowser(report: ReportProgress): Promise<Browser> {
  const found = findBrowser();
  if (found) return found;
  for (const [what, get] of [
    ["Playwright's Chromium", downloadBrowser],
    [`the Debian package ${HEADLESS_SHELL}`, () => installPackage(HEADLESS_SHELL)],
    ['the Debian package chromium', () => installPackage('chromium')],
  ] as const) {
    report(`installing ${what}`);
    await get().catch(() => undefined);
    const browser = findBrowser();
    if (browser) return browser;
  }
  throw new Error(INSTALL_HINT);
}

/** Playwright's download folder. */
function downloadFolder(): string {
  const chosen = setting('PLAYWRIGHT_BROWSERS_PATH');
  if (chosen) return chosen;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'ms-playwright');
  return join(setting('XDG_CACHE_HOME') ?? join(homedir(), '.cache'), 'ms-playwright');
}

function findDownloaded(): string | undefined {
  const folder = downloadFolder();
  if (!existsSync(folder)) return undefined;
  const builds = readdirSync(folder).filter((name) => /^chromium(_headless_shell)?-\d+$/.test(name));
  return builds
    .toSorted()
    .toReversed()
    .flatMap((build) => [
      join(folder, build, 'chrome-headless-shell-linux64', 'chrome-headless-shell'),
      join(folder, build, 'chrome-headless-shell-linux-arm64', 'chrome-headless-shell'),
      join(folder, build, 'chrome-headless-shell-mac-arm64', 'chrome-headless-shell'),
      join(folder, build, 'chrome-headless-shell-mac-x64', 'chrome-headless-shell'),
      join(folder, build, 'chrome-linux', 'chrome'),
      join(folder, build, 'chrome-linux64', 'chrome'),
      join(folder, build, 'chrome-linux', 'headless_shell'),
      join(folder, build, 'chrome-mac', 'Chromium.app', 'Contents', 'MacOS', 'Chromium'),
    ])
    .find((file) => existsSync(file));
}

async function downloadBrowser(): Promise<void> {
  const script = join(cloneFolder, 'node_modules', 'playwright-core', 'cli.js');
  const withSystemLibraries = runsAsRoot ? ['--with-deps'] : [];
  const args = [script, 'install', '--only-shell', ...withSystemLibraries, 'chromium'];
  await promisify(execFile)(process.execPath, args, { timeout: 300_000 });
}
