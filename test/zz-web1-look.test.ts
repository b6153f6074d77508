import { afterAll, beforeAll, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openPage } from './browser/people.ts';
import { openShop, type Shop } from './browser/shop.ts';
import { until } from './harness/until.ts';
import { addProduct } from './setup/menu.ts';
import { addLine, at, readTab, seatGroup, type Seated } from './setup/tabs.ts';

let shop: Shop;
let browser: Browser;
let people: Seated[];
const OUT = process.env['WEB1_OUT'] ?? '/tmp/web1-shots';
const rounds: any = {};
const SIZES = {
  phone: { width: 360, height: 740 },
  tablet: { width: 820, height: 1180 },
  desktop: { width: 1440, height: 900 },
} as const;

beforeAll(async () => {
  shop = await openShop();
  browser = await launchBrowser();
  const v: Record<string, string> = {};
  for (const [name, category, unitAmount] of [
    ['Margherita mit Büffelmozzarella', 'Kitchen', 1300],
    ['House lager', 'Drinks', 450],
    ['Steak', 'Kitchen', 2400],
    ['Fries for the lane', 'Kitchen', 890],
  ] as const) {
    const p = await addProduct(shop.system.databases, {
      name,
      category,
      variants: [{ name: 'Regular', unitAmount, available: 200 }],
    });
    v[name[0]!] = p.variants[0]!.id;
  }
  people = await seatGroup(
    shop.url,
    ['Radia', 'Ben', 'Maximiliane', 'Dee', 'Eve', 'Grandmother Josephine', 'Guy'],
    { title: 'Friday lunch' },
  );
  const [a, b, c, d, e, f, g] = people as [Seated, Seated, Seated, Seated, Seated, Seated, Seated];
  const sh = (...who: Seated[]) => who.map(({ participantId }) => ({ participantId, weight: 1 }));
  const fill = async () => {
    await addLine(a, v['S']!);
    await addLine(a, v['F']!, { sharedBetween: sh(a, b, c, d, e, f, g) });
    await addLine(b, v['M']!, {
      sharedBetween: [
        { participantId: b.participantId, weight: 2 },
        { participantId: c.participantId, weight: 1 },
      ],
    });
    await addLine(c, v['H']!, { quantity: 2, note: 'very cold please' });
    await addLine(d, v['H']!);
    await addLine(e, v['M']!);
    await addLine(f, v['H']!, { sharedBetween: sh(f, g) });
  };
  const send = async () => (await a.who.command(at(a, '/rounds'), {})).body.order;
  const payAs = async (who: Seated, order: any, pm = 'pm_card_visa') => {
    const share = order.shares.find((s: any) => s.participantId === who.participantId);
    if (share.amount > 0)
      await who.who.post(`/api/orders/${order.id}/shares/${share.id}/pay`, { paymentMethodId: pm });
  };
  await fill();
  const r1 = await send();
  for (const who of people) await payAs(who, r1);
  await until(
    'confirmed',
    async () => (await a.who.get(`/api/orders/${r1.id}`)).body.order.status === 'confirmed',
  );
  await fill();
  await a.who.call('PATCH', at(a), {
    body: { deadline: new Date(Date.now() + 9 * 60000).toISOString(), onDeadline: 'drop_unpaid' },
  });
  const r2 = await send();
  for (const who of [a, c, d]) await payAs(who, r2);
  await payAs(e, r2, 'pm_card_chargeDeclined');
  await b.who.call('PATCH', at(b, `/participants/${b.participantId}`), {
    body: { allergies: 'Peanuts, sesame' },
  });
  await fill();
  await b.who.post(at(b, '/ready'), { isReady: true });
  Object.assign(rounds, { r1, r2 });
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await shop?.stop();
});

it('looks', async () => {
  const [a, b] = people as [Seated, Seated];
  const tab = await readTab(a);
  const only = (process.env['WEB1_ONLY'] ?? '').split(',').filter(Boolean);
  const combos = (
    process.env['WEB1_COMBOS'] ??
    'phone:en:light,phone:de:dark,phone:fr:light,tablet:de:light,desktop:fr:dark,desktop:en:light'
  ).split(',');
  for (const combo of combos) {
    const [size, lang, theme] = combo.split(':') as [keyof typeof SIZES, string, 'light' | 'dark'];
    const open = async (): Promise<Page> =>
      (
        await openPage(browser, shop.url, SIZES[size], {
          locale: lang === 'en' ? 'en-GB' : lang,
          colorScheme: theme,
        })
      ).page;
    const snap = async (page: Page, name: string) => {
      if (only.length > 0 && !only.some((part) => name.includes(part))) return;
      await page.waitForTimeout(700);
      await page.screenshot({ path: `${OUT}/${name}-${size}-${lang}-${theme}.png`, fullPage: false });
      const over = await page.evaluate<string>(
        `(() => { const w = document.documentElement.clientWidth; return document.documentElement.scrollWidth > w ? 'OVERFLOW ' + document.documentElement.scrollWidth : ''; })()`,
      );
      if (over) console.log(name, combo, over);
    };
    const full = async (page: Page, name: string) => {
      if (only.length > 0 && !only.some((part) => name.includes(part))) return;
      await page.waitForTimeout(700);
      await page.screenshot({ path: `${OUT}/${name}-${size}-${lang}-${theme}.png`, fullPage: true });
      const over = await page.evaluate<string>(
        `(() => { const w = document.documentElement.clientWidth; return document.documentElement.scrollWidth > w ? 'OVERFLOW ' + document.documentElement.scrollWidth : ''; })()`,
      );
      if (over) console.log(name, combo, over);
    };
    const host = await open();
    await host.goto(`/tabs/${tab.id}#guest=${a.guestToken}`);
    await host.locator('h1').waitFor();
    await host.getByRole('article').first().waitFor();
    await snap(host, 'tab-host');
    if (size !== 'desktop') {
      await host.locator('.fixed button').first().click();
      await host.getByRole('dialog').waitFor();
      await snap(host, 'basket');
    }
    await host.goto(`/tabs/${tab.id}/send`);
    await host.locator('#split-result').waitFor();
    await snap(host, 'send');
    await full(host, 'sendfull');
    await host.locator('input[value=custom]').check({ force: true });
    await host.locator('details summary').first().click();
    await full(host, 'sendcustom');
    await host.goto(`/orders/${rounds.r2.id}`);
    await host.locator('#round-shares').waitFor();
    await full(host, 'round-host');
    await host.goto(`/tabs/${tab.id}/history`);
    await host.locator('h1').waitFor();
    await full(host, 'history');
    await host.context().close();
    const guest = await open();
    await guest.goto(`/tabs/${tab.id}#guest=${b.guestToken}`);
    await guest.getByRole('article').first().waitFor();
    await snap(guest, 'tab-guest');
    await guest.goto(`/orders/${rounds.r2.id}`);
    await guest.locator('#round-shares').waitFor();
    await guest.locator('iframe').first().waitFor();
    await full(guest, 'round-guest');
    await guest.goto(`/orders/${rounds.r1.id}`);
    await guest.locator('#round-shares').waitFor();
    await full(guest, 'round-done');
    await guest.context().close();
    const joiner = await open();
    await joiner.goto(`/join#${new URL(tab.joinUrl!).hash.slice(1)}`);
    await joiner.locator('input[name=name]').waitFor();
    await snap(joiner, 'join');
    await joiner.context().close();
  }
  if (only.length === 0 || only.includes('staff')) {
    for (const [size, theme] of [
      ['tablet', 'light'],
      ['desktop', 'dark'],
    ] as const) {
      const { page } = await shop.openAs('agent', SIZES[size]);
      await page.emulateMedia({ colorScheme: theme });
      await page.goto('/agent');
      await page.locator('article').first().waitFor();
      await page.screenshot({ path: `${OUT}/board-${size}-${theme}.png` });
      for (const r of ['r1', 'r2']) {
        await page.goto(`/agent/orders/${rounds[r].id}`);
        await page.getByText('Payments').first().waitFor();
        await page.waitForTimeout(800);
        await page.screenshot({ path: `${OUT}/staff-${r}-${size}-${theme}.png`, fullPage: true });
      }
    }
  }
}, 400_000);
