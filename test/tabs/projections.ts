/** What of a tab the model can tell, of the model and of the product: both must be the same. */

import type { Tab } from '../../domain/contract/tabs.ts';
import { amountOf, contentOf } from './model-split.ts';
import type { TabModel } from './tab-model.ts';

export function projectedModel(model: TabModel) {
  return {
    ...{ status: model.status, host: model.host, isLocked: model.isLocked, title: model.title },
    spendingLimit: model.spendingLimit,
    hasCode: model.status !== 'closed',
    people: model.people.map(({ id, shown, isReady, hasLeft }) => ({ id, name: shown, isReady, hasLeft })),
    lines: model.lines.map((line) => ({
      ...{ id: line.id, version: line.version, content: contentOf(line), amount: amountOf(line) },
    })),
    basketAmount: model.lines.reduce((sum, line) => sum + amountOf(line), 0),
    parts: [...model.parts].filter(([, amount]) => amount > 0).toSorted(),
    rounds: model.rounds.map(({ orderId, status, lines }) => ({
      ...{ orderId, status },
      ...(status === 'awaiting_payment' || status === 'confirmed'
        ? { totalAmount: lines.reduce((sum, line) => sum + amountOf(line), 0) }
        : {}),
    })),
  };
}

/** Rounds that ended otherwise than by being confirmed are one for the model: it knows why. */
const ENDED: Readonly<Record<string, string>> = { expired: 'canceled', placing: 'awaiting_payment' };

export function projectedTab(tab: Tab) {
  return {
    ...{ status: tab.status, host: tab.host, isLocked: tab.isLocked, title: tab.title },
    spendingLimit: tab.spendingLimit,
    hasCode: tab.joinCode !== null,
    people: tab.participants.map(({ id, name, isReady, hasLeft }) => ({ id, name, isReady, hasLeft })),
    lines: tab.lines.map((line) => ({
      ...{ id: line.id, version: line.version, amount: line.amount },
      content: contentOf({
        ...{ id: line.id, version: line.version, owner: line.participantId },
        ...{ variant: line.variantId, quantity: line.quantity, note: line.note },
        sharers: new Map(line.sharedBetween.map(({ participantId, weight }) => [participantId, weight])),
      }),
    })),
    basketAmount: tab.basketAmount,
    parts: tab.parts
      .flatMap(({ participantId, amount }) => (amount > 0 ? [[participantId, amount] as const] : []))
      .toSorted(),
    rounds: tab.rounds.map(({ orderId, status, totalAmount }) => {
      const known = ENDED[status] ?? status;
      const isBilled = known === 'awaiting_payment' || known === 'confirmed';
      return { orderId, status: known, ...(isBilled && { totalAmount }) };
    }),
  };
}
