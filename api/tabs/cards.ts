/** `POST`, `PUT` and `DELETE /api/tabs/:id/card`, `…/card/charge`: the card to which is charged what a tab owes. */

import Stripe from 'stripe';
import { isExpired } from '../../domain/card.ts';
import type { GiveTabCard } from '../../domain/contract/tab-cards.ts';
import { declineSentence } from '../../domain/decline-sentence.ts';
import { cardRulesOf } from '../../domain/settings.ts';
import { judgeSetup, readyCardOf, setupMetadata } from '../../domain/tab-card-setup.ts';
import type { TabChanged } from '../../db/orders/tabs/change-tab.ts';
import { chargeAgain } from '../../db/orders/tabs/charge-card.ts';
import {
  beginCard,
  giveSavedCard,
  giveSetUpCard,
  noteCustomer,
  noteSetup,
  readCardOfSetup,
} from '../../db/orders/tabs/give-card.ts';
import { takeCardBack } from '../../db/orders/tabs/live-card.ts';
import { TabRefused } from '../../db/orders/tabs/tab-refused.ts';
import type { TabCardRow } from '../../db/orders/entities/tab-card.ts';
import { readPayer } from '../../db/users/payments/saved-cards.ts';
import { messagesIn } from '../../messages/compiled/messages.ts';
import { ApiError, forbidden, invalidRequest, notFound } from '../http/api-error.ts';
import { requestIdFor } from '../http/idempotency.ts';
import type { Handlers } from '../http/route.ts';
import { createAtStripe } from '../payments/create-at-stripe.ts';
import { unreachable } from '../payments/unreachable.ts';
import { addressOf } from '../people/contact.ts';
import type { TabAccess } from './access.ts';
import { answerChanged, type TabDependencies } from './command-tabs.ts';

export function tabCardRoutes(dependencies: TabDependencies & { readonly stripe: Stripe }) {
  const { databases, rateLimits, settings, stripe } = dependencies;
  const { orders, users } = databases;

  /**
   * Her SetupIntent, made for a Customer of its own: the card is for this tab alone. The same card has the same one. The
   * Customer is noted at once, so that it is forgotten also if she never asks again.
   */
  async function setUp(card: TabCardRow): Promise<Stripe.SetupIntent> {
    const metadata = setupMetadata(card);
    try {
      if (card.setupIntentId) return await stripe.setupIntents.retrieve(card.setupIntentId);
      const customer = card.stripeCustomerId ?? (await makeCustomer(card));
      const intent = await createAtStripe(`tab-card-${card.id}/setup`, (options) =>
        stripe.setupIntents.create(
          { customer, usage: 'off_session', allowed_payment_method_types: ['card'], metadata },
          options,
        ),
      );
      const noted = await noteSetup(orders, card.id, intent.id);
      return noted === intent.id ? intent : await stripe.setupIntents.retrieve(noted);
    } catch (error) {
      // Its tab has closed meanwhile, and its Customer was deleted.
      if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing')
        throw new TabRefused('illegal_transition');
      throw unreachable(error);
    }
  }

  async function makeCustomer(card: TabCardRow): Promise<string> {
    const { id } = await createAtStripe(`tab-card-${card.id}/customer`, (options) =>
      stripe.customers.create({ metadata: setupMetadata(card) }, options),
    );
    return noteCustomer(orders, card.id, id);
  }

  async function giveSetUp({ record }: TabAccess, own: string, setupIntentId: string): Promise<TabChanged> {
    const card = await readCardOfSetup(orders, setupIntentId);
    if (card?.participantId !== own || card.tabId !== record.tab.id) throw notFound('This card');
    const changed =
      card.status === 'asked'
        ? await giveSetUpCard(orders, card, await readSetUp(card, setupIntentId))
        : { tab: record.tab, event: undefined };
    // It may have come too late, or another one has taken its place.
    if ((await readCardOfSetup(orders, setupIntentId))?.status !== 'live')
      throw new TabRefused('illegal_transition');
    return changed;
  }

  async function readSetUp(card: TabCardRow, setupIntentId: string) {
    const judged = judgeSetup(
      await stripe.setupIntents
        .retrieve(setupIntentId, { expand: ['payment_method'] })
        .catch((error: unknown) => {
          throw unreachable(error);
        }),
      card,
    );
    if (judged === 'other') throw notFound('This card');
    if (judged === 'open') throw new TabRefused('illegal_transition');
    if ('ready' in judged) return judged.ready;
    const { declineCode } = judged;
    throw new ApiError('card_declined', declineSentence(messagesIn('en').decline, declineCode), {
      declineCode,
    });
  }

  async function giveSaved(
    { record, person }: TabAccess,
    own: string,
    paymentMethodId: string,
  ): Promise<TabChanged> {
    const { user } = person;
    const userId = user?.id ?? null;
    const payer = await readPayer(users, { paymentMethodId, userId });
    if (userId === null || payer.cardOwnerId !== userId || payer.stripeCustomerId === null)
      throw notFound('This card');
    const method = await stripe.paymentMethods.retrieve(paymentMethodId).catch((error: unknown) => {
      throw unreachable(error);
    });
    const card = readyCardOf(method);
    if (!card || method.customer !== payer.stripeCustomerId) throw notFound('This card');
    if (isExpired(card, new Date()))
      throw new ApiError('card_declined', declineSentence(messagesIn('en').decline, 'expired_card'), {
        declineCode: 'expired_card',
      });
    const { chargeAfterHours } = await settings.read();
    return giveSavedCard(
      orders,
      {
        ...{ tabId: record.tab.id, participantId: own, hasAccount: true, chargeAfterHours },
        address: addressOf(user, undefined),
      },
      { ...card, stripeCustomerId: payer.stripeCustomerId },
    );
  }

  async function give(access: TabAccess, own: string, body: GiveTabCard): Promise<TabChanged> {
    const { setupIntentId, paymentMethodId } = body;
    if (setupIntentId !== undefined) return giveSetUp(access, own, setupIntentId);
    return giveSaved(access, own, paymentMethodId!);
  }

  return {
    'POST /api/tabs/:id/card': async ({ ctx, params, body, access, idempotencyKey }) => {
      const own = ownOf(access);
      const { user } = access.person;
      if ((access.viewer.email ?? user?.email ?? body.email) === undefined)
        throw invalidRequest('Say where you are told of a charge.', [{ path: ['email'], code: 'required' }]);
      await rateLimits.consume('pay', { client: ctx.state.client, person: own });
      const { chargeAfterHours } = await settings.read();
      const card = await beginCard(orders, {
        id: requestIdFor(`card ${params.id}`, own, idempotencyKey),
        ...{ tabId: params.id, participantId: own, hasAccount: user !== null, chargeAfterHours },
        address: addressOf(user, body.email),
      });
      const { id: setupIntentId, client_secret: clientSecret } = await setUp(card);
      return { status: 201, body: { setupIntentId, clientSecret: clientSecret! } };
    },
    'PUT /api/tabs/:id/card': async ({ ctx, body, access }) => {
      const own = ownOf(access);
      await rateLimits.consume('pay', { client: ctx.state.client, person: own });
      const changed = await give(access, own, body);
      return { status: 200, body: await answerChanged(dependencies, access.person, changed) };
    },
    'DELETE /api/tabs/:id/card': async ({ params, access }) => {
      const own = ownOf(access);
      const { card } = access.record.tab;
      if (card && card.participantId !== own) throw forbidden();
      const changed = await takeCardBack(orders, params.id, access.commandTo('tab.order'), {
        participantId: own,
        rules: cardRulesOf(await settings.read()),
      });
      return { status: 200, body: await answerChanged(dependencies, access.person, changed) };
    },
    'POST /api/tabs/:id/card/charge': async ({ params, access, idempotencyKey }) => {
      const { user } = access.person;
      const changed = await chargeAgain(orders, params.id, {
        ...{ actor: 'agent', actorId: user!.id },
        key: requestIdFor(`charge ${params.id}`, user!.id, idempotencyKey),
      });
      return { status: 200, body: await answerChanged(dependencies, access.person, changed) };
    },
  } satisfies Partial<Handlers>;
}

/** Only somebody who is in the tab gives a card: staff have none to give. */
function ownOf({ viewer }: TabAccess): string {
  if (viewer.participantId === null) throw forbidden();
  return viewer.participantId;
}
