/** Draws the order's life from its transitions table, for docs/architecture.md. */

import { ENDED_STATUSES, TRANSITIONS, type Transition } from '../domain/order.ts';

const START = '<!-- generated from domain/order.ts by `npm run docs` -->';
const END = '<!-- end of what is generated -->';

/** The state diagram in Mermaid's language, a line for every row of the table. */
export function renderStateDiagram(): string {
  const rows: readonly Transition[] = TRANSITIONS;
  const lines = rows.map(({ from, action, by, to }) => {
    const who = by.join(', ');
    return `  ${from ?? '[*]'} --> ${to}: ${action} (${who})`;
  });
  const ends = ENDED_STATUSES.map((status) => `  ${status} --> [*]`);
  return ['```mermaid', 'stateDiagram-v2', ...lines, ...ends, '```'].join('\n');
}

/** `document` with the diagram of today between its markers. Throws when the markers are missing. */
export function withStateDiagram(document: string): string {
  const start = document.indexOf(START);
  const end = document.indexOf(END);
  if (start < 0 || end < start)
    throw new Error('docs/architecture.md has lost the markers of its state diagram');
  return `${document.slice(0, start + START.length)}\n\n${renderStateDiagram()}\n\n${document.slice(end)}`;
}
