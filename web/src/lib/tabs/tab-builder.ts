/** Builders of tabs for tests: every field has a default. */

import type { TabLine } from '#domain/contract/basket.ts';
import type { Tab, TabViewer } from '#domain/contract/tabs.ts';

/** Ada, the host, and Ben. */
export const PEOPLE = [
  '00000000-0000-4000-8000-0000000000a1',
  '00000000-0000-4000-8000-0000000000b2',
] as const;
const AT = '2026-11-29T12:00:00.000Z';

export function aTabLine(fields: Partial<TabLine> = {}): TabLine {
  const line = {
    ...{ id: 'line', version: 1, participantId: PEOPLE[0], variantId: 'variant', productId: 'product' },
    ...{ category: 'Drinks', name: 'Tea', options: [], quantity: 1, unitAmount: 350, taxRate: 1900 },
    ...{ taxClass: null, note: null, sharedBetween: [{ participantId: PEOPLE[0], weight: 1 }] },
    ...fields,
  };
  return { amount: line.unitAmount * line.quantity, ...line };
}

export function aTab(fields: Partial<Tab> = {}): Tab {
  return {
    id: '4f2a0000-0000-4000-8000-0000000000c3',
    ...{ title: null, status: 'open', settlement: 'before', version: 1, currency: 'eur', host: PEOPLE[0] },
    ...{ spot: null, place: null, mergedInto: null, isLocked: false, deadline: null, onDeadline: 'cancel' },
    ...{ spendingLimit: null, sendsWhenReady: false, joinUrl: null, joinCode: null },
    participants: ['Ada', 'Ben'].map((name, index) => ({
      ...{ id: PEOPLE[index]!, name, isReady: false, isHere: true, hasLeft: false },
      ...{ allergies: null, ifSoldOut: 'leave_out' as const, joinedAt: AT },
    })),
    ...{
      knocks: [],
      lines: [],
      rounds: [],
      parts: [],
      claims: [],
      payments: [],
      owed: [],
      writtenOffAmount: 0,
      closesAt: null,
      card: null,
      chargesAt: null,
    },
    ...{ basketAmount: 0, totalAmount: 0, paidAmount: 0, owedAmount: 0, createdAt: AT, updatedAt: AT },
    ...fields,
  };
}

/** Ada, who leads. */
export function aViewer(fields: Partial<TabViewer> = {}): TabViewer {
  return {
    ...{ participantId: PEOPLE[0], isHost: true, owedAmount: 0, email: null },
    may: ['tab.read', 'tab.order', 'tab.lead'],
    ...fields,
  };
}
