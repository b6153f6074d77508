/** Bundles the workflows for workers, only if their sources changed: workers start seconds sooner. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dataPath } from './clone-data.ts';
import { hashSources } from './sources-hash.ts';

const SOURCES = ['workflows', 'temporal', 'domain', 'workers/worker.ts', 'package-lock.json'];

/** The bundle's path, for WORKFLOW_BUNDLE. */
export const workflowBundleFile = dataPath('workflow-bundle.js');

const stampFile = dataPath('workflow-bundle');

/** Returns whether the bundle matches the current sources. */
export function isWorkflowBundled(): boolean {
  if (!existsSync(workflowBundleFile) || !existsSync(stampFile)) return false;
  return readFileSync(stampFile, 'utf8') === hashSources(SOURCES);
}

/** Makes `bundle` write the file anew. Rejects as it does, and then the bundle counts as missing. */
export async function bundleWorkflowsWith(bundle: (file: string) => Promise<void>): Promise<void> {
  const hash = hashSources(SOURCES);
  await bundle(workflowBundleFile);
  writeFileSync(stampFile, hash);
}
