import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cloneFolder } from './environment.ts';
import { renderStateDiagram, withStateDiagrams } from './state-diagram.ts';

it('draws a line for who may cancel a confirmed order', () => {
  expect(renderStateDiagram()).toContain('confirmed --> canceled: cancel (host, agent)');
});

it('stands in docs/architecture.md as the transitions table has it today (npm run docs)', () => {
  const document = readFileSync(join(cloneFolder, 'docs', 'architecture.md'), 'utf8');
  expect(withStateDiagrams(document)).toBe(document);
});
