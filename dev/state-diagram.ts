/** Draws the lives of orders and shares from their transitions tables, for docs/architecture.md. */

import { ENDED_STATUSES, TRANSITIONS, type Transition } from '../domain/order.ts';
import { SHARE_TRANSITIONS, type ShareTransition } from '../domain/share.ts';

/** What is generated, by the file that it is generated from. */
const DIAGRAMS: Readonly<Record<string, () => string>> = {
  'domain/order.ts': renderStateDiagram,
  'domain/share.ts': renderShareDiagram,
};

/** The order's state diagram in Mermaid's language, a line for every row of the table. */
export function renderStateDiagram(): string {
  const rows: readonly Transition[] = TRANSITIONS;
  const lines = rows.map(
    ({ from, action, by, to }) => `  ${from ?? '[*]'} --> ${to}: ${action} (${by.join(', ')})`,
  );
  const ends = ENDED_STATUSES.map((status) => `  ${status} --> [*]`);
  return draw([...lines, ...ends]);
}

/** The share's, a line for every two statuses and what leads from one to the other. */
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

/** `document` with the diagrams of today between their markers. Throws when markers are missing. */
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
