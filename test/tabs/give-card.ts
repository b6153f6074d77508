/** Gives cards for what a tab will owe, as a page does it. */

import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { patiently } from '../setup/patiently.ts';
import type { Seated } from '../setup/tabs.ts';
import type { Reply } from '../setup/visitor.ts';
import type { Group } from './groups.ts';

interface Begun {
  readonly setupIntentId: string;
  readonly clientSecret: string;
}

/** What Stripe.js does with the card fields. Resolves with the status of Stripe's answer. */
export async function confirmAtStripe(group: Group, begun: Begun, paymentMethod: string): Promise<number> {
  const { setupIntentId, clientSecret } = begun;
  const url = `${group.system.stripe.url}/v1/setup_intents/${setupIntentId}/confirm`;
  const response = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({
      ...{ key: 'pk_test_suite', client_secret: clientSecret, payment_method: paymentMethod },
      return_url: 'https://sharetab.test/',
    }),
  });
  await response.json();
  return response.status;
}

/** Begins to give a card, at an address of its own by default. */
export function beginCard(
  group: Group,
  { who }: Seated,
  { email = `${randomUUID()}@example.test`, key = randomUUID() }: { email?: string; key?: string } = {},
): Promise<Reply<any>> {
  return patiently(who, 'POST', group.path('/card'), { email }, key);
}

/** Begins to give a card, and confirms it at Stripe. Resolves with its SetupIntent. */
export async function setUpCard(group: Group, giver: Seated, paymentMethod: string): Promise<string> {
  const begun = await beginCard(group, giver);
  expect(begun.status, JSON.stringify(begun.body)).toBe(201);
  expect(await confirmAtStripe(group, begun.body as Begun, paymentMethod)).toBe(200);
  return begun.body.setupIntentId as string;
}

/** Gives a card that was confirmed. */
export function putCard(group: Group, { who }: Seated, setupIntentId: string): Promise<Reply<any>> {
  return patiently(who, 'PUT', group.path('/card'), { setupIntentId });
}

/** Gives a card. */
export async function giveCard(group: Group, giver: Seated, paymentMethod = 'pm_card_visa'): Promise<void> {
  const given = await putCard(group, giver, await setUpCard(group, giver, paymentMethod));
  expect(given.status, JSON.stringify(given.body)).toBe(200);
}
