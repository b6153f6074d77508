/** Tables that are readable in a terminal and as Markdown. */

/**
 * Returns a Markdown table with aligned columns: the first to the left, the others, which hold figures, to the right.
 * Rows may be shorter than the head.
 */
export function writeTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => head.map((_, column) => row[column] ?? ''));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(cells[0]!), rule, ...cells.slice(1).map(line)].join('\n');
}

/** Formats a figure with a sensible number of digits: `0.43`, `8.7`, `154`; a dash for none. */
export function figure(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  const digits = Math.abs(value) < 1 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return value.toFixed(digits);
}

/** Formats the ratio of two figures: `×2.13`; a dash if one is missing. */
export function ratio(value: number | undefined, of: number | undefined): string {
  if (value === undefined || of === undefined || !Number.isFinite(value / of)) return '–';
  return `×${(value / of).toFixed(2)}`;
}
