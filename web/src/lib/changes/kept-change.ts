import { readStored, writeStored } from '../browser/stored.ts';
import type { CartLine } from '../cart/cart-line.ts';
import type { ChangeDraft } from './change-draft.ts';

/** A request about a change that was sent and whose end is not known: the same request tells it. */
export interface SentRequest<Body> {
  readonly key: string;
  readonly body: Body;
}

const sentAs = (name: string): string => `sharetab.change.1.${name}`;
const draftedAs = (orderId: string): string => `sharetab.change-draft.1.${orderId}`;

/** The requests about changes that this browser has sent: they outlive a reload, and a tab. */
export const keptRequest = {
  read: <Body>(name: string): SentRequest<Body> | undefined => readStored<SentRequest<Body>>(sentAs(name)),
  write: (name: string, sent: SentRequest<unknown> | undefined): void => void writeStored(sentAs(name), sent),
};

/** What was chosen on the page of this tab, so that a reload does not lose it. */
export const keptDraft = {
  read: (orderId: string): ChangeDraft | undefined => readStored<ChangeDraft>(draftedAs(orderId), 'session'),
  write: (orderId: string, draft: ChangeDraft | undefined): void =>
    void writeStored(draftedAs(orderId), draft, 'session'),
};

/** What she chose instead of something that has run out, on its way from the menu to the question. */
export const keptChoice = {
  read: (questionId: string): CartLine | undefined =>
    readStored<CartLine>(`sharetab.instead.1.${questionId}`, 'session'),
  write: (questionId: string, line: CartLine): void =>
    void writeStored(`sharetab.instead.1.${questionId}`, line, 'session'),
};
