import { withoutIsolates } from '../../domain/isolate.ts';
import { imprintOf } from './imprint.ts';
import type { LineView, MailView, SumView, TableView } from './mail-view.ts';
import type { Reader } from './reader.ts';

const WIDTH = 64;

/** Writes the text part of a mail, with all the contents of the HTML part. */
export function writeText(view: MailView, reader: Reader): string {
  const { mails } = reader.messages;
  const quote = (words: string) => mails.quote({ words });
  const blocks = [
    view.headline.toLocaleUpperCase(reader.language),
    ...view.paragraphs,
    ...(view.quote === undefined ? [] : [quote(view.quote)]),
    (view.label ?? []).map(({ title, value }) => mails.labeled({ label: title, value })).join('\n'),
    (view.facts ?? []).join('\n'),
    view.lines.map((each) => line(each, quote)).join('\n'),
    view.sums.map(sum).join('\n'),
    ...(view.tables ?? []).map(table),
    `${mails.above({ label: view.button.label })}\n${view.button.url}`,
    ...(view.link ? [`${mails.above({ label: view.link.label })}\n${view.link.url}`] : []),
    `-- \n${[...view.closing, imprintOf(reader)].join('\n')}`,
  ];
  return `${blocks
    .filter((block) => block !== '')
    .map(wrap)
    .join('\n\n')}\n`;
}

function line(
  { quantity, name, details, note, amount, letter }: LineView,
  quote: (words: string) => string,
): string {
  const price = [amount, letter].filter((part) => part !== undefined).join(' ');
  const rows = [
    price === '' ? `${quantity} × ${name}` : aligned(`${quantity} × ${name}`, price),
    ...(details.length === 0 ? [] : [`    ${details.join(', ')}`]),
    ...(note === null ? [] : [`    ${quote(note)}`]),
  ];
  return rows.join('\n');
}

function sum({ label, amount }: SumView): string {
  return aligned(label, amount);
}

/** Writes a table. Amount columns are as wide as their widest amount; the first column takes the rest. */
function table({ caption, titles, rows, hasSum }: TableView): string {
  const all = [...(titles ? [titles] : []), ...rows];
  const widths = all[0]!
    .slice(1)
    .map((_, index) => Math.max(...all.map((cells) => cells[index + 1]!.length)));
  const written = all.map(([first, ...amounts]) =>
    aligned(first!, amounts.map((amount, index) => amount.padStart(widths[index]!)).join('  ')),
  );
  const rule = '-'.repeat(WIDTH);
  const sumRow = hasSum ? [rule, ...written.splice(-1)] : [];
  return [caption, ...(titles ? [written.shift()!] : []), rule, ...written, ...sumRow].join('\n');
}

/** Puts both on one row, the amount right-aligned, with at least two spaces between them. */
function aligned(left: string, right: string): string {
  const space = Math.max(2, WIDTH - withoutIsolates(left).length - right.length);
  return `${left}${' '.repeat(space)}${right}`;
}

/** Breaks rows longer than 76 characters at spaces, but never inside URLs. */
function wrap(block: string): string {
  return block
    .split('\n')
    .map((row) => row.replace(/(?=.{77})(.{1,76}) (?=\S)/g, '$1\n'))
    .join('\n');
}
