/** Prices lines of a tab's basket as they are now: what is sent and what is previewed. */

import { priceLines } from '../../db/catalog/products/pricing.ts';
import type { Database } from '../../db/database.ts';
import type { RepricedLine } from '../../db/orders/tabs/send-round.ts';
import type { TabLine } from '../../domain/contract/basket.ts';
import { forbidden, invalidRequest, notFound } from '../http/api-error.ts';

/**
 * Returns the lines with these ids, or the whole basket; of one person, if she is given. Throws not_found if one of them
 * is not in it, and forbidden if it is somebody else's.
 */
export function chosenLines(
  basket: readonly TabLine[],
  lineIds: readonly string[] | undefined,
  ownOf: string | null = null,
): readonly TabLine[] {
  const isHers = ({ participantId }: TabLine) => ownOf === null || participantId === ownOf;
  if (lineIds === undefined) return basket.filter(isHers);
  const chosen = new Set(lineIds);
  const lines = basket.filter(({ id }) => chosen.has(id));
  if (lines.length < chosen.size) throw notFound('A line that was chosen');
  if (!lines.every(isHers)) throw forbidden();
  return lines;
}

/** Prices lines anew. Throws invalid_request, with the ids of the lines, for what is not on the menu any more. */
export async function repriced(catalog: Database, lines: readonly TabLine[]): Promise<RepricedLine[]> {
  if (lines.length === 0) return [];
  const pricing = await priceLines(
    catalog,
    lines.map(({ variantId, quantity, options, note }) => ({
      ...{ variantId, quantity, options: options.map(({ id }) => id) },
      ...(note !== null && { note }),
    })),
  );
  if ('problems' in pricing) {
    const problems = pricing.problems.map((problem) => {
      const [first, index, ...rest] = problem.path;
      const line = typeof index === 'number' ? lines[index] : undefined;
      return { ...problem, path: line ? [first!, line.id, ...rest] : problem.path };
    });
    throw invalidRequest('Something in the basket is not on the menu as you chose it.', problems);
  }
  return lines.map(({ id, version }, index) => ({ ...pricing.lines[index]!, id, version }));
}
