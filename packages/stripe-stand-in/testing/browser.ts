import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/** Names of Chromium executables. The headless shell comes first, because it is the lightest. */
const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'chrome'];

/**
 * Launches the Chromium on the PATH, else the one that `npx playwright-core install chromium` downloaded, else Chrome
 * where its installer puts it.
 */
export function launchBrowser(): Promise<Browser> {
  const onPath = NAMES.map(findOnPath).find((file) => file !== undefined);
  // As root, Chromium has no sandbox; a container's /dev/shm is often too small for it.
  const args = ['--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  if (onPath !== undefined) return chromium.launch({ executablePath: onPath, args });
  return chromium.launch(existsSync(chromium.executablePath()) ? { args } : { channel: 'chrome', args });
}

function findOnPath(program: string): string | undefined {
  const files = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, program));
  return files.find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
