/** Draws which folders import which, from the layer check, for docs/architecture.md. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { childEnvironment, cloneFolder } from './environment.ts';

const FOLDERS = ['api', 'db', 'dev', 'domain', 'messages', 'temporal', 'web/src', 'workers', 'workflows'];
const FILES = ['main.ts', 'admin.ts', 'config.ts'];

/** The folders and files in the diagram. */
export const LAYERS = [...FOLDERS, ...FILES];

/** Returns the diagram in Mermaid's language, with an arrow per import between folders. Tests are excluded. */
export function renderLayerDiagram(): string {
  const drawn = execFileSync(
    join(cloneFolder, 'node_modules/.bin/depcruise'),
    [
      ...['--config', '.dependency-cruiser.cjs', '--output-type', 'mermaid'],
      ...['--collapse', '^[^/]+(?=/)', '--exclude', '[.]test[.]ts$|node_modules'],
      ...['--include-only', `^(?:${[...FOLDERS.map((folder) => `${folder}/`), ...FILES].join('|')})`],
      ...LAYERS,
    ],
    { cwd: cloneFolder, encoding: 'utf8', env: childEnvironment({}) },
  );
  const names = new Map([...drawn.matchAll(/^(\w+)\["([^"]+)"\]$/gm)].map(([, node, name]) => [node, name]));
  const arrows = [...drawn.matchAll(/^(\w+)-->(\w+)$/gm)].map(
    ([, from, to]) => `  ${names.get(from)} --> ${names.get(to)}`,
  );
  return ['```mermaid', 'flowchart LR', ...arrows.toSorted(), '```'].join('\n');
}

const START = '<!-- drawn by the layer check, `npm run docs` -->';
const END = '<!-- end of what is drawn -->';

/** Returns the arrows in `document`, each as `api --> db`. Throws if the markers are missing. */
export function readLayerDiagram(document: string): string[] {
  const { from, to } = findMarkers(document);
  return [...document.slice(from, to).matchAll(/^ {2}(\S+ --> \S+)$/gm)].map(([, arrow]) => arrow!);
}

/** Returns `document` with the current diagram between its markers. Throws if the markers are missing. */
export function withLayerDiagram(document: string): string {
  const { from, to } = findMarkers(document);
  return `${document.slice(0, from)}\n\n${renderLayerDiagram()}\n\n${document.slice(to)}`;
}

function findMarkers(document: string): { from: number; to: number } {
  const from = document.indexOf(START) + START.length;
  const to = document.indexOf(END);
  if (from < START.length || to < from)
    throw new Error('docs/architecture.md has lost the markers of its layers');
  return { from, to };
}
