/** Lines of a tab's basket: added, changed, removed, and shared. */

import { priceLines, type PricedLine } from '../../db/catalog/products/pricing.ts';
import { addLines, changeLine, removeLine, stepOut } from '../../db/orders/tabs/basket.ts';
import type { BasketLine } from '../../db/orders/tabs/basket-lines.ts';
import type { LineInput } from '../../domain/contract/orders.ts';
import type { TabLine, TabLineInput, UpdateTabLine } from '../../domain/contract/basket.ts';
import { forbidden, invalidRequest, notFound } from '../http/api-error.ts';
import { hashBody, requestIdFor } from '../http/idempotency.ts';
import type { Handlers } from '../http/route.ts';
import type { TabAccess } from './access.ts';
import { actsFor, answerChanged, commandFor, type TabDependencies } from './command-tabs.ts';

export function tabLineRoutes(dependencies: TabDependencies) {
  const { orders, catalog } = dependencies.databases;

  async function price(input: LineInput): Promise<PricedLine> {
    const pricing = await priceLines(catalog, [input]);
    if (!('problems' in pricing)) return pricing.lines[0]!;
    const problems = pricing.problems.map(({ path, ...problem }) => ({ ...problem, path: path.slice(2) }));
    throw invalidRequest('This is not on the menu as you sent it.', problems);
  }

  /** Returns a line as it is to be: only what is ordered, and how many, changes its price. */
  async function changed(line: TabLine, body: UpdateTabLine): Promise<PricedLine> {
    const { variantId = line.variantId, quantity = line.quantity } = body;
    const options = body.options ?? line.options.map(({ id }) => id);
    const note = body.note === undefined ? line.note : body.note;
    const isPriced = hashBody([variantId, quantity, options.toSorted()]) === contentOf(line);
    if (isPriced) {
      const { name, unitAmount, amount, taxRate, taxClass, productId, category } = line;
      const chosen = { name, unitAmount, amount, taxRate, taxClass, options: line.options };
      return { ...chosen, variantId, quantity, note, productId: productId ?? '', category: category ?? '' };
    }
    return { ...(await price({ variantId, quantity, options })), note };
  }

  return {
    'POST /api/tabs/:id/lines': async ({ params, body, access, idempotencyKey }) => {
      const participantId = actsFor(access, body.participantId);
      const command = commandFor(access, participantId);
      const id = requestIdFor(`line ${params.id}`, command.actorId ?? '', idempotencyKey);
      const { sharedBetween, participantId: _, ...input } = body;
      const line: BasketLine = {
        ...(await price(input)),
        ...{ id, participantId, sharers: sharersOf(sharedBetween, participantId) },
      };
      const added = await addLines(orders, params.id, { ...command, key: id, requestHash: hashBody(body) }, [
        line,
      ]);
      return { status: 201, body: await answerChanged(dependencies, access.person, added) };
    },
    'PATCH /api/tabs/:id/lines/:lineId': async ({ params, body, access }) => {
      const line = lineOf(access, params.lineId);
      if (!line) throw notFound('This line');
      const participantId =
        body.participantId === undefined ? line.participantId : actsFor(access, body.participantId);
      const isHersAlone =
        line.sharedBetween.length === 1 && line.sharedBetween[0]?.participantId === line.participantId;
      const sharers = sharersOf(
        body.sharedBetween ?? (isHersAlone ? undefined : line.sharedBetween),
        participantId,
      );
      const wanted = { ...(await changed(line, body)), id: line.id, participantId, sharers };
      const result = await changeLine(orders, params.id, commandFor(access, line.participantId), {
        ifVersion: body.ifVersion,
        line: wanted,
      });
      return { status: 200, body: await answerChanged(dependencies, access.person, result) };
    },
    'DELETE /api/tabs/:id/lines/:lineId': async ({ params, query, body, access }) => {
      const ifVersion = query.ifVersion ?? body.ifVersion;
      if (ifVersion === undefined) {
        throw invalidRequest('Say on which version of the line this is based.', [
          { path: ['ifVersion'], code: 'required' },
        ]);
      }
      // One that was removed already is found by its event.
      const owner = lineOf(access, params.lineId)?.participantId ?? access.viewer.participantId;
      const command = owner === null ? access.commandTo('tab.lead') : commandFor(access, owner);
      const result = await removeLine(orders, params.id, command, { lineId: params.lineId, ifVersion });
      return { status: 200, body: await answerChanged(dependencies, access.person, result) };
    },
    'POST /api/tabs/:id/lines/:lineId/leave': async ({ params, access }) => {
      const { participantId } = access.viewer;
      if (participantId === null) throw forbidden();
      const result = await stepOut(orders, params.id, access.commandTo('tab.order'), {
        lineId: params.lineId,
        participantId,
      });
      return { status: 200, body: await answerChanged(dependencies, access.person, result) };
    },
  } satisfies Partial<Handlers>;
}

function lineOf({ record }: TabAccess, lineId: string): TabLine | undefined {
  return record.tab.lines.find(({ id }) => id === lineId);
}

/** Returns who pays a line; its owner alone unless others are named. Throws invalid_request if one is named twice. */
function sharersOf(sharedBetween: TabLineInput['sharedBetween'], owner: string): BasketLine['sharers'] {
  if (sharedBetween === undefined) return [{ participantId: owner, weight: 1 }];
  const ids = sharedBetween.map(({ participantId }) => participantId);
  const twice = ids.findIndex((id, index) => ids.indexOf(id) !== index);
  if (twice >= 0) {
    throw invalidRequest('Somebody is named twice among those who share this.', [
      { path: ['sharedBetween', twice, 'participantId'], code: 'repeated_person' },
    ]);
  }
  return sharedBetween;
}

function contentOf({ variantId, quantity, options }: TabLine): string {
  return hashBody([variantId, quantity, options.map(({ id }) => id).toSorted()]);
}
