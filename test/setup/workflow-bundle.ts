import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inject } from 'vitest';
import { bundleWorkflows } from '../../workers/worker.ts';

const WITHIN_MS = 120_000;
const MAP = '//# sourceMappingURL=data:';

/**
 * The workflow bundle that workers run, as a file. Bundling takes seconds, so it is done once per run. Stack traces of
 * workflows name functions, not lines: every worker would read megabytes of source map, and look each promise up in it.
 */
export async function bundleOnce(): Promise<{ readonly codePath: string }> {
  const codePath = join(inject('runFolder'), 'workflow-bundle.js');
  if (existsSync(codePath)) return { codePath };
  if (isFirst(`${codePath}.turn`)) {
    const { code } = await bundleWorkflows();
    writeFileSync(`${codePath}.new`, withoutLines(code));
    renameSync(`${codePath}.new`, codePath);
  }
  for (const start = Date.now(); !existsSync(codePath); await delay(50)) {
    if (Date.now() - start > WITHIN_MS)
      throw new Error('the workflows were not bundled; see the other test files');
  }
  return { codePath };
}

/** Replaces the source map, which the SDK insists on, with an empty one. */
function withoutLines(code: string): string {
  const empty = { version: 3, file: 'workflow-bundle.js', sources: [], names: [], mappings: '' };
  const map = Buffer.from(JSON.stringify(empty)).toString('base64');
  return `${code.slice(0, code.lastIndexOf(MAP))}${MAP}application/json;base64,${map}`;
}

/** Returns true in the one process that creates the folder. */
function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
