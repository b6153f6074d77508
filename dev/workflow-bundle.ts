/** The workflows as workers run them, bundled again only when their sources changed: workers start seconds sooner. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dataPath } from './clone-data.ts';
import { hashSources } from './sources-hash.ts';

const SOURCES = ['workflows', 'temporal', 'domain', 'workers/worker.ts', 'package-lock.json'];

/** The bundle, for WORKFLOW_BUNDLE. */
export const workflowBundleFile = dataPath('workflow-bundle.js');

const stampFile = dataPath('workflow-bundle');

/** Whether the bundle is made of the sources as they are now. */
export function isWorkflowBundled(): boolean {
  if (!existsSync(workflowBundleFile) || !existsSync(stampFile)) return false;
  return readFileSync(stampFile, 'utf8') === hashSources(SOURCES);
}

/** Has `bundle` write the file anew. Rejects as it does, and then the bundle counts as missing. */
export async function bundleWorkflowsWith(bundle: (file: string) => Promise<void>): Promise<void> {
  const hash = hashSources(SOURCES);
  await bundle(workflowBundleFile);
  writeFileSync(stampFile, hash);
}
