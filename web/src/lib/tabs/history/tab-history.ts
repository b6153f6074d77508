/** A tab's history in words: who did what. */

import { sendRound, tabHistory as m } from '#messages';
import type { Tab, TabEvent } from '#domain/contract/tabs.ts';
import type { TabEventType } from '#domain/tab.ts';
import { formatAmount } from '../../ui/money.ts';

interface Names {
  /** Who did it. */
  readonly name: string;
  /** Whom it is about; who did it, if nobody else. */
  readonly about: string;
  readonly line: string;
  readonly number: string;
  readonly amount: string;
}

const WORDS: Readonly<Record<TabEventType, (names: Names) => string>> = {
  opened: m.opened,
  joined: m.joined,
  came_back: m.cameBack,
  added_by_other: m.added,
  renamed: m.renamed,
  left: m.left,
  removed: m.removed,
  knocked: m.knocked,
  let_in: m.letIn,
  knock_refused: m.knockRefused,
  settings_changed: m.settings,
  spot_left: m.spotLeft,
  moved: m.moved,
  merged: m.merged,
  merged_into: m.mergedInto,
  locked: m.locked,
  unlocked: m.unlocked,
  code_renewed: m.code,
  host_changed: m.host,
  ready_changed: m.readyChanged,
  line_added: m.lineAdded,
  line_changed: m.lineChanged,
  line_removed: m.lineRemoved,
  sharing_left: m.steppedOut,
  prices_changed: m.prices,
  round_sent: m.sent,
  round_confirmed: m.confirmed,
  round_taken_back: m.takenBack,
  round_ended: m.ended,
  round_completed: m.completed,
  change_asked: m.changeAsked,
  change_over: m.changeOver,
  round_changed: m.roundChanged,
  line_sold_out: m.soldOut,
  question_over: m.questionOver,
  payment_claimed: m.claimed,
  payment_made: m.paid,
  claim_ended: m.claimEnded,
  line_canceled: m.lineCanceled,
  written_off: m.writtenOff,
  card_given: m.cardGiven,
  card_taken_back: m.cardTakenBack,
  card_charge_announced: m.cardAnnounced,
  card_charge_asked: m.cardAsked,
  card_charged: m.cardCharged,
  card_refused: m.cardRefused,
  share_covered: m.covered,
  share_dropped: m.dropped,
  deadline_extended: m.extended,
  reminded: m.reminded,
  closing: m.closing,
  reopened: m.reopened,
  closed: m.closed,
  expired: m.closed,
};

/** Returns the sentence for an event. People and lines that are gone are somebody and something. */
export function tellTabEvent(
  event: TabEvent,
  tab: Pick<Tab, 'participants' | 'lines' | 'rounds' | 'settlement' | 'currency'>,
): string {
  const nameOf = (id: string | null | undefined): string | undefined =>
    tab.participants.find((person) => person.id === id)?.name;
  const name = nameOf(event.participantId) ?? doer(event.actor);
  const line = event.lineName ?? tab.lines.find(({ id }) => id === event.lineId)?.name ?? m.something();
  const number = tab.rounds.find(({ orderId }) => orderId === event.orderId)?.number;
  const about =
    event.aboutParticipantId === undefined ? name : (nameOf(event.aboutParticipantId) ?? m.somebody());
  if (event.isReady !== undefined) return event.isReady ? m.ready({ about }) : m.notReady({ about });
  const words =
    event.type === 'round_confirmed' && tab.settlement === 'after' ? m.confirmedLater : WORDS[event.type];
  const amount = event.amount === undefined ? m.aPart() : formatAmount(event.amount, tab.currency);
  return words({ name, about, line, number: String(number ?? ''), amount });
}

function doer(actor: TabEvent['actor']): string {
  if (actor === 'agent') return m.team();
  return actor === 'workflow' ? m.itself() : sendRound.somebody();
}
