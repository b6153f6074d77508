import { globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { cloneFolder } from './environment.ts';
import { LAYERS, readLayerDiagram } from './layer-diagram.ts';

/** Reads the imports without the drawing tool: fast enough to run with every test. */
function readArrows(): Set<string> {
  const files = globSync(
    LAYERS.map((layer) => (layer.endsWith('.ts') ? layer : `${layer}/**/*.{ts,svelte}`)),
    { cwd: cloneFolder },
  ).filter((file) => !/\.test\.ts$|\/node_modules\/|\/build\//.test(file));
  const layerOf = (file: string) => file.split('/')[0]!;
  const layers = new Set(LAYERS.map(layerOf));
  return new Set(
    files.flatMap((file) =>
      [
        ...readFileSync(join(cloneFolder, file), 'utf8').matchAll(/(?:from|import\() ?'([.#][^']+)'/g),
      ].flatMap(([, path]) => {
        const target = path!.startsWith('#')
          ? path!.slice(1).replace(/^lib\//, 'web/')
          : relative(cloneFolder, resolve(cloneFolder, file, '..', path!));
        const arrow = `${layerOf(file)} --> ${layerOf(target)}`;
        return layerOf(file) === layerOf(target) || !layers.has(layerOf(target)) ? [] : [arrow];
      }),
    ),
  );
}

it('draws in docs/architecture.md what imports what today (npm run docs)', () => {
  const document = readFileSync(join(cloneFolder, 'docs', 'architecture.md'), 'utf8');
  expect(readLayerDiagram(document)).toEqual([...readArrows()].toSorted());
});
