/** The life of a change: what was asked for, where it stands, and why it was given up (ADR 28). */

import type { ChangeStory } from './change-story.ts';
import type { Place } from './contract/places.ts';

export const CHANGE_STATUSES = ['requested', 'held', 'closing', 'applied', 'given_up'] as const;
export type ChangeStatus = (typeof CHANGE_STATUSES)[number];

/** Statuses in which a change is open: nothing of the order has moved, and it may still be given up. */
export const OPEN_CHANGES = ['requested', 'held', 'closing'] as const satisfies readonly ChangeStatus[];

/** Who made a change. `shop`: what was chosen at ordering is done after a question went unanswered. */
export const CHANGE_MAKERS = ['guest', 'staff', 'shop'] as const;
export type ChangeMaker = (typeof CHANGE_MAKERS)[number];

/** Where a payer of an open change stands. */
export const PAYER_STATES = ['to_agree', 'to_pay', 'paying', 'done'] as const;

/** How more is paid that staff have added: by the guest on her phone, in cash, or not at all. */
export const CHANGE_SETTLEMENTS = ['guest', 'cash', 'waive'] as const;
export type ChangeSettlement = (typeof CHANGE_SETTLEMENTS)[number];

/** Why a change was given up; the order stays as it was. */
export const CHANGE_END_REASONS = [
  /** Nobody worked on it in time. */
  'too_late',
  'out_of_stock',
  'payment_deadline',
  'payment_declined',
  /** The kitchen has started, or the order has ended. */
  'order_moved_on',
  /** A refund has changed what it costs. */
  'bill_changed',
  /** Somebody pays, or has paid, for what was to be taken off a round that is paid after. */
  'already_claimed',
  /** Somebody pays, or has paid, a share that it would change. */
  'being_paid',
  /** Its tab takes nothing more. */
  'tab_ended',
  /** Its workflow refused it, or nothing works on the order. */
  'refused',
  /** Whoever made it, or staff, took it back. */
  'withdrawn',
  /** Somebody who shares a line said no, or nothing in time. */
  'not_agreed',
] as const;
export type ChangeEndReason = (typeof CHANGE_END_REASONS)[number];

/** The longest time to pay a change that concerns nobody else, in milliseconds. */
export const MOST_CHANGE_MS = 3 * 60_000;

/** A change as it was asked for and priced. Notes and names that people typed are in its row alone. */
export interface ChangeDraft<NewLine> {
  /** A new quantity, and a note if it changes. */
  readonly set: readonly {
    readonly lineId: string;
    readonly quantity: number;
    readonly note?: string | null;
  }[];
  readonly add: readonly NewLine[];
  /** Absent: it goes where it went. */
  readonly place?: Place;
  /** Whether what it costs each payer more is given up, under this name. */
  readonly waived?: {
    readonly name: string;
    /** What is given up; written with the request. */
    readonly amount?: number;
  };
  /** Of a round that is paid after: what it costs more, by whoever ordered the lines; written with the request. */
  readonly owes?: Readonly<Record<string, number>>;
  /** What it is, for those who are to agree; written with the request. */
  readonly story?: ChangeStory;
}

/** Units of a variant. */
export interface Units {
  readonly variantId: string;
  readonly quantity: number;
}

/** Returns the units that a change adds, and those that it takes off, by line. */
export function unitsOf(
  { set, add }: Pick<ChangeDraft<Units>, 'set' | 'add'>,
  lines: readonly (Units & { readonly id: string })[],
): { readonly added: readonly Units[]; readonly takenOff: readonly Units[] } {
  const moved = set.flatMap(({ lineId, quantity }) => {
    const line = lines.find(({ id }) => id === lineId);
    return line ? [{ variantId: line.variantId, quantity: quantity - line.quantity }] : [];
  });
  return {
    added: [
      ...moved.filter(({ quantity }) => quantity > 0),
      ...add.map(({ variantId, quantity }) => ({ variantId, quantity })),
    ],
    takenOff: moved
      .filter(({ quantity }) => quantity < 0)
      .map(({ variantId, quantity }) => ({ variantId, quantity: -quantity })),
  };
}

/**
 * Returns the units to hold and to release, by variant: what is taken off of a variant is there for what is added of it, so
 * the last piece can get other options.
 */
export function netUnits({ added, takenOff }: ReturnType<typeof unitsOf>): ReturnType<typeof unitsOf> {
  const net = new Map<string, number>();
  for (const { variantId, quantity } of added) net.set(variantId, (net.get(variantId) ?? 0) + quantity);
  for (const { variantId, quantity } of takenOff) net.set(variantId, (net.get(variantId) ?? 0) - quantity);
  const units = [...net].map(([variantId, quantity]) => ({ variantId, quantity }));
  return {
    added: units.filter(({ quantity }) => quantity > 0),
    takenOff: units
      .filter(({ quantity }) => quantity < 0)
      .map(({ variantId, quantity }) => ({ variantId, quantity: -quantity })),
  };
}
