/** Draws the state diagrams of orders and shares from their transition tables, for docs/architecture.md. */

import { ENDED_STATUSES, TRANSITIONS, type Transition } from '../domain/order.ts';
import { SHARE_TRANSITIONS, type ShareTransition } from '../domain/share.ts';

/** The generated diagrams, by source file. */
const DIAGRAMS: Readonly<Record<string, () => string>> = {
  'domain/order.ts': renderStateDiagram,
  'domain/share.ts': renderShareDiagram,
};

/** Returns the order's state diagram in Mermaid's language, a line per row of the table. */
export function renderStateDiagram(): string {
  const rows: readonly Transition[] = TRANSITIONS;
  const lines = rows.map(
    ({ from, action, by, to }) => `  ${from ?? '[*]'} --> ${to}: ${action} (${by.join(', ')})`,
  );
  const ends = ENDED_STATUSES.map((status) => `  ${status} --> [*]`);
  return draw([...lines, ...ends]);
}

/** Returns the share's diagram, a line per pair of statuses and its actions. */
export function renderShareDiagram(): string {
  const rows: readonly ShareTransition[] = SHARE_TRANSITIONS;
  const lines = rows.flatMap(({ from, action, by, to }) =>
    to === 'unchanged'
      ? []
      : from
          .filter((status) => status !== to)
          .map((status) => `  ${status ?? '[*]'} --> ${to}: ${action} (${by.join(', ')})`),
  );
  return draw([...new Set(lines)]);
}

/** Returns `document` with the current diagrams between their markers. Throws if markers are missing. */
export function withStateDiagrams(document: string): string {
  return Object.entries(DIAGRAMS).reduce((text, [file, render]) => {
    const marker = `<!-- generated from ${file} by \`npm run docs\` -->`;
    const start = text.indexOf(marker);
    const end = text.indexOf('<!-- end of what is generated -->', start);
    if (start < 0 || end < start) throw new Error(`docs/architecture.md has lost the markers of ${file}`);
    return `${text.slice(0, start + marker.length)}\n\n${render()}\n\n${text.slice(end)}`;
  }, document);
}

function draw(lines: readonly string[]): string {
  return ['```mermaid', 'stateDiagram-v2', ...lines, '```'].join('\n');
}
