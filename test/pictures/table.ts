/** Four friends at a bowling lane: round after round, each paying when she likes. */

import type { Page } from 'playwright-core';
import type { SpotForStaff } from '../../domain/contract/places.ts';
import { addToCart, boardCard, fillCard, pressPay, seeHeadline } from '../browser/people.ts';
import { shoot } from './camera.ts';
import { joinTab } from './group.ts';

const NAMES = ['Margaret', 'Dennis', 'Barbara', 'Niklaus'] as const;
const PLACE = 'Lane 3';

/** Takes the pictures of a tab that is paid later, on its people's phones and on the staff's `desk`, which is left on the board. */
export async function shootTable(openPhone: () => Promise<Page>, desk: Page): Promise<void> {
  const phones = await Promise.all(NAMES.map(openPhone));
  const [host, dennis, barbara, niklaus] = phones as [Page, Page, Page, Page];
  const code = await open(host, await codeAt(desk, PLACE));
  for (const [index, name] of NAMES.entries())
    if (index > 0) await joinTab(phones[index]!, name, code, PLACE);
  await addToCart(host, 'Margherita');
  await addToCart(dennis, 'Strike burger');
  await addToCart(barbara, 'Caesar salad');
  await addToCart(niklaus, 'Fries for the lane');
  await sendAll(host);
  const first = await roundOf(host, 1);
  await boardCard(desk, first).getByRole('button', { name: 'Start preparing' }).click();
  for (const [phone, drink] of [
    [dennis, 'House lager'],
    [niklaus, 'Craft cola'],
  ] as const)
    await addToCart(phone, drink);
  await host.getByText('Being prepared').waitFor();
  await sendAll(host);
  await roundOf(host, 2);
  await payMine(dennis);
  await fillCard(dennis);
  await pressPay(dennis);
  await dennis.waitForURL('**/tabs/*');
  await payMine(barbara);
  await host.getByText('Barbara is paying right now').waitFor();
  await host.evaluate('scrollTo(0, 0)');
  await shoot(host, 'later-tab-phone');
  await shootPaying(host);
  await desk.goto('/agent/spots');
  await desk.getByText('to be paid in all').waitFor();
  await shoot(desk, 'spots');
  await desk.goto('/agent');
  for (const phone of phones) await phone.context().close();
}

async function codeAt(desk: Page, place: string): Promise<string> {
  const { items } = (await (await desk.request.get('/api/spots?all=true')).json()) as {
    items: SpotForStaff[];
  };
  const [kind, label] = place.toLowerCase().split(' ');
  const spot = items.find((each) => each.kind === kind && each.label === label)!;
  return spot.url.split('/').at(-1)!;
}

/** Scans the code of a spot and opens a tab there. Returns the code that the others join by. */
async function open(host: Page, spotCode: string): Promise<string> {
  await host.goto(`/s/${spotCode}`);
  await host.getByLabel('Your name').fill(NAMES[0]);
  await host.getByRole('radio', { name: /^Pay later/ }).check();
  await shoot(host, 'scan-phone');
  await host.getByRole('button', { name: 'Order together here' }).click();
  await host.getByRole('heading', { level: 1, name: PLACE }).waitFor();
  return (await host.locator('[data-join-code]').textContent())!.trim();
}

async function sendAll(host: Page): Promise<void> {
  await host.getByRole('button', { name: /^View basket/ }).click();
  const basket = host.getByRole('dialog', { name: 'Basket' });
  await basket.getByRole('button', { name: /^Send everybody’s/ }).click();
  await basket.getByText('Nothing here yet').waitFor();
  await basket.getByRole('button', { name: 'Close' }).click();
  await basket.waitFor({ state: 'hidden' });
}

/** Returns the id of a round's order once the kitchen has it. */
async function roundOf(host: Page, number: number): Promise<string> {
  const round = host.getByRole('link', { name: new RegExp(`^Round ${number} Confirmed`) });
  await round.waitFor();
  return (await round.getAttribute('href'))!.split('/').at(-1)!;
}

async function payMine(phone: Page): Promise<void> {
  await phone.getByRole('button', { name: /^Pay my part/ }).click();
  await seeHeadline(phone, /^You pay/);
}

async function shootPaying(host: Page): Promise<void> {
  await host.getByRole('link', { name: 'Pay something else' }).click();
  await host.getByRole('radio', { name: 'These items' }).check();
  await host.getByRole('checkbox').first().check();
  await shoot(host, 'later-pay-phone');
}
