/** Tabs over HTTP and sockets, with a real worker: as a group's phones use them. */

import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Order } from '../../domain/contract/orders.ts';
import type { Tab, TabLine } from '../../domain/contract/tabs.ts';
import { addLines } from '../../db/orders/tabs/basket.ts';
import { query, run } from '../../db/sql.ts';
import { partOfPayer } from '../../domain/payer-receipt.ts';
import { TAB_LIMITS } from '../../domain/tab.ts';
import { startSystem, type System } from '../../test/harness/system.ts';
import { basketLine } from '../../test/harness/tabs.ts';
import { until } from '../../test/harness/until.ts';
import { startApiProcess, type ApiProcess } from '../../test/setup/api-process.ts';
import { addProduct } from '../../test/setup/menu.ts';
import { joinTab, openTab, secretOf, type Seated } from '../../test/setup/tabs.ts';
import { Screen, withoutPresence } from '../../test/setup/tab-screen.ts';
import { signUp, Visitor } from '../../test/setup/visitor.ts';
import { createLogger } from '../http/logger.ts';

let system: System;
let second: ApiProcess;
let agent: Visitor;
/** Variants at 3.50, 6.00 and 10.00, of which there are many; and one of which there are two. */
let tea: string;
let steak: string;
let rare: string;
let pizza: string;

let logs = '';

beforeAll(async () => {
  const destination = { write: (line: string) => void (logs += line) };
  system = await startSystem({
    logger: createLogger({ level: 'trace', destination }),
    environment: { TRUST_PROXY: '127.0.0.0/8,::1' },
  });
  second = await startApiProcess(system);
  ({ agent } = system);
  const add = async (name: string, unitAmount: number, available: number) =>
    (await addProduct(system.databases, { name, variants: [{ name: 'Regular', unitAmount, available }] }))
      .variants[0]!.id;
  tea = await add('Tea', 350, 1000);
  steak = await add('Steak', 600, 1000);
  rare = await add('Truffles', 1000, 2);
  pizza = await add('Pizza', 1000, 1000);
});
afterAll(async () => {
  await second?.stop();
  await system?.stop();
});

/** A tab with these people, the host first. */
async function group(names: readonly string[], body: Parameters<typeof openTab>[1] = {}): Promise<Seated[]> {
  const [host = 'Ada', ...others] = names;
  const first = await openTab(new Visitor(system.url), { name: host, ...body });
  const people = [first];
  for (const name of others) people.push(await joinTab(new Visitor(system.url), first, { name }));
  return people;
}
const at = ({ tab }: Seated, path = '') => `/api/tabs/${tab.id}${path}`;
const read = async (who: Seated): Promise<Tab> => (await who.who.get(at(who))).body.tab;
const addLine = async (who: Seated, variantId: string, more: object = {}): Promise<TabLine> => {
  const reply = await who.who.post(at(who, '/lines'), { variantId, quantity: 1, ...more });
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  return reply.body.tab.lines.at(-1);
};
const changeLine = (who: Seated, lineId: string, body: object) =>
  who.who.call('PATCH', at(who, `/lines/${lineId}`), { body });
const codeOf = ({ status, body }: { status: number; body: any }) => [status, body.error?.code];
const amountsOf = (shares: readonly { participantId: string; amount: number }[], people: readonly Seated[]) =>
  people.map(
    ({ participantId }) => shares.find((share) => share.participantId === participantId)?.amount ?? 0,
  );

describe('people', () => {
  test('open a tab, join it by code or link, and come back as themselves, also while it is locked', async () => {
    const [host, mia] = (await group(['Ada', 'Mia'], { title: 'Lunch', email: 'ada@example.test' })) as [
      Seated,
      Seated,
    ];
    expect(host.tab).toMatchObject({ title: 'Lunch', status: 'open', version: 1, isLocked: false });
    expect(host.viewer).toMatchObject({ isHost: true, email: 'ada@example.test' });
    expect(host.tab.joinUrl).toMatch(/\/join#[\w-]{22}$/);
    expect(host.tab.joinCode).toMatch(/^[A-HJ-NP-Z2-9]{6}$/);
    expect(mia.viewer).toMatchObject({ isHost: false, email: null });

    // Spoken codes come in many forms.
    const spoken = host.tab.joinCode!.toLowerCase().replace(/^.../, '$& – ');
    const other = await joinTab(new Visitor(system.url), host, { code: spoken, name: 'Mia' });
    expect(other.tab.participants.map(({ name }) => name)).toEqual(['Ada', 'Mia', 'Mia 2']);

    const secret = secretOf(host.tab);
    const lock = await host.who.call('PATCH', at(host), { body: { isLocked: true } });
    expect(lock.body.tab.isLocked).toBe(true);
    const before = (await read(host)).version;
    // The same phone by its cookie; a program by its token; neither is asked for a name.
    for (const who of [mia.who, Object.assign(new Visitor(system.url), { guestToken: mia.guestToken })]) {
      const back = await who.post('/api/tabs/join', { secret });
      expect([back.status, back.body.participant?.id]).toEqual([201, mia.participantId]);
    }
    const hostBack = await host.who.post('/api/tabs/join', { secret, name: 'Whoever' });
    expect(hostBack.body.viewer).toMatchObject({ participantId: host.participantId, isHost: true });
    expect((await read(host)).version).toBe(before);
    const stranger = new Visitor(system.url);
    expect(codeOf(await stranger.post('/api/tabs/join', { secret, name: 'Eve' }))).toEqual([
      409,
      'tab_locked',
    ]);
    await host.who.call('PATCH', at(host), { body: { isLocked: false } });
    // Nobody is added without a name, and a repeat with the same key adds nobody twice.
    const nameless = await stranger.post('/api/tabs/join', { secret });
    expect(nameless.body.error.details).toEqual([
      { path: ['name'], code: 'required', message: 'is required' },
    ]);
    const key = crypto.randomUUID();
    const twice = [1, 2].map(() =>
      new Visitor(system.url).post('/api/tabs/join', { secret, name: 'Zoe' }, { key }),
    );
    const ids = (await Promise.all(twice)).map(({ body }) => body.participant.id);
    expect(new Set(ids).size).toBe(1);
    expect((await read(host)).participants.length).toBe(4);
  });

  test('choose only what the shop and their own cards allow', async () => {
    const account = new Visitor(system.url);
    await signUp(account, system.databases);
    const [host] = (await group(['Ada'])) as [Seated];
    const settings = (body: object) => host.who.call('PATCH', at(host), { body });
    for (const [reply, field, code] of [
      [await host.who.post('/api/tabs', { name: 'Ada', settlement: 'after' }), 'settlement', 'not_offered'],
      [await settings({ deadline: '2020-01-01T12:00:00Z' }), 'deadline', 'in_the_past'],
      [await settings({ onDeadline: 'host_covers' }), 'onDeadline', 'account_required'],
      [
        await account.post('/api/tabs', { name: 'Leo', onDeadline: 'host_covers' }),
        'onDeadline',
        'card_required',
      ],
    ] as const)
      expect([reply.status, reply.body.error.details[0]]).toMatchObject([400, { path: [field], code }]);
    const card = { paymentMethodId: 'pm_card_visa', savePaymentMethod: true };
    const { order } = (
      await account.post('/api/orders', { lines: [{ variantId: tea, quantity: 1 }], payment: card })
    ).body;
    await until(
      'the card is saved',
      async () => (await account.get(`/api/orders/${order.id}`)).body.order.status === 'confirmed',
    );
    await until('it can be chosen', async () => {
      const opened = await account.post('/api/tabs', { name: 'Leo', onDeadline: 'host_covers' });
      return opened.status === 201 && opened.body.tab.onDeadline === 'host_covers';
    });
  });

  test('find their tabs again by their account, on every phone', async () => {
    const phone = new Visitor(system.url);
    const account = await signUp(phone, system.databases);
    const [host] = (await group(['Ada'])) as [Seated];
    const joined = await joinTab(phone, host, { name: 'Lea' });
    expect(joined.guestToken).toBeUndefined();
    const laptop = new Visitor(system.url);
    await laptop.post('/api/auth/sign-in/email', account);
    const { items } = (await laptop.get('/api/tabs')).body;
    expect(items.map(({ id }: Tab) => id)).toEqual([host.tab.id]);
    expect(items[0].participants).toEqual([
      { id: host.participantId, name: 'Ada' },
      { id: joined.participantId, name: 'Lea' },
    ]);
    const back = await laptop.post('/api/tabs/join', { code: host.tab.joinCode });
    expect(back.body.participant.id).toBe(joined.participantId);
    expect((await agent.get('/api/tabs?q=lea')).body.items.length).toBe(1);
  });

  test('keep the cookie of an open tab however many orders the phone has placed', async () => {
    const [host] = (await group(['Ada'])) as [Seated];
    for (let index = 0; index < 25; index += 1) {
      const placed = await host.who.post('/api/orders', {
        lines: [{ variantId: tea, quantity: 1 }],
        contact: { name: 'Ada', email: `ada-${index}-${crypto.randomUUID()}@example.test` },
      });
      expect(placed.status).toBe(201);
    }
    expect(host.who.cookies.size).toBe(20);
    expect((await host.who.get(at(host))).status).toBe(200);
  });

  test('are removed or leave, and read nothing of the tab any more; the code is renewed and dies', async () => {
    const [host, mia, eve] = (await group(['Ada', 'Mia', 'Eve'])) as [Seated, Seated, Seated];
    await addLine(eve, tea);
    const { code, secret } = { code: host.tab.joinCode!, secret: secretOf(host.tab) };
    const removed = await host.who.call('DELETE', at(host, `/participants/${eve.participantId}`));
    expect(removed.body.tab.lines).toEqual([]);
    for (const path of ['', '/events']) expect((await eve.who.get(at(eve, path))).status).toBe(404);
    expect((await eve.who.get('/api/tabs')).body.items).toEqual([]);
    expect(codeOf(await eve.who.post('/api/tabs/join', { code }))).toEqual([409, 'removed_from_tab']);
    // Only the host removes.
    expect((await mia.who.call('DELETE', at(mia, `/participants/${host.participantId}`))).status).toBe(403);

    const left = await mia.who.call('DELETE', at(mia, `/participants/${mia.participantId}`));
    expect(left.body).toMatchObject({
      tab: { joinUrl: null, joinCode: null },
      viewer: { participantId: null },
    });
    expect((await mia.who.get(at(mia))).status).toBe(404);
    const back = await joinTab(mia.who, host, {});
    expect(back.participantId).toBe(mia.participantId);

    const renewed = await host.who.post(at(host, '/code'));
    expect(renewed.body.tab.joinCode).not.toBe(code);
    for (const key of [{ code }, { secret }])
      expect(codeOf(await new Visitor(system.url).post('/api/tabs/join', { ...key, name: 'Zoe' }))).toEqual([
        404,
        'not_found',
      ]);
  });

  test('change their own data alone; what the kitchen must know is for the host, staff and oneself', async () => {
    const [host, mia, bob] = (await group(['Ada', 'Mia', 'Bob'])) as [Seated, Seated, Seated];
    const mine = at(mia, `/participants/${mia.participantId}`);
    const body = { name: 'Mia L.', email: 'Mia@Example.test', allergies: 'nuts' };
    expect((await mia.who.call('PATCH', mine, { body })).body.viewer.email).toMatch(/^mia@example.test$/i);
    expect((await host.who.call('PATCH', mine, { body: { email: 'eve@example.test' } })).status).toBe(403);
    expect((await bob.who.call('PATCH', mine, { body: { name: 'X' } })).status).toBe(403);
    const seen = async (who: Visitor) =>
      (await who.get(at(mia))).body.tab.participants.find(
        ({ id }: { id: string }) => id === mia.participantId,
      );
    for (const who of [host.who, mia.who, agent])
      expect(await seen(who)).toMatchObject({ name: 'Mia L.', allergies: 'nuts' });
    expect(await seen(bob.who)).toMatchObject({ name: 'Mia L.', allergies: null });
    expect(JSON.stringify((await bob.who.get(at(bob))).body)).not.toMatch(/example\.test/i);

    // Somebody without a phone; and readiness, one's own or for her.
    const added = await host.who.post(at(host, '/participants'), { name: 'Grandma' });
    const grandma = added.body.tab.participants.at(-1).id;
    const ready = (who: Seated, more: object) => who.who.post(at(who, '/ready'), { isReady: true, ...more });
    expect((await ready(bob, { participantId: grandma })).status).toBe(403);
    expect((await ready(host, { participantId: grandma })).status).toBe(200);
    const { tab } = (await ready(bob, {})).body;
    expect(tab.participants.map(({ isReady }: { isReady: boolean }) => isReady)).toEqual([
      ...[false, false, true, true],
    ]);
  });

  test('are led by a host who hands over, or is replaced when she has been away for long', async () => {
    const [host, mia, bob] = (await group(['Ada', 'Mia', 'Bob'])) as [Seated, Seated, Seated];
    const lead = (who: Seated, to: Seated) =>
      who.who.post(at(who, '/host'), { participantId: to.participantId });
    expect(codeOf(await lead(bob, bob))).toEqual([409, 'host_is_here']);
    expect((await lead(bob, mia)).status).toBe(403);
    expect((await lead(host, mia)).body.tab.host).toBe(mia.participantId);
    expect((await host.who.call('PATCH', at(host), { body: { title: 'Mine' } })).status).toBe(403);
    expect((await mia.who.call('PATCH', at(mia), { body: { title: 'Hers' } })).status).toBe(200);
    await run(
      system.databases.orders.em.fork(),
      sql`update tab_participants set seen_at = now() - interval '1 hour' where id = ${mia.participantId}`,
    );
    expect((await lead(host, host)).body.viewer.isHost).toBe(true);
  });

  test('cannot guess a code: wrong ones are counted for each network, and for all together', async () => {
    const limits = { tabCode: { perAddress: 5, perPerson: 12, seconds: 60 } };
    const { port } = await system.startApi({ limits });
    const [host] = (await group(['Ada'])) as [Seated];
    const guess = async (network: string, code: string) => {
      const headers = { 'x-forwarded-for': network };
      const url = `http://127.0.0.1:${port}`;
      const reply = await new Visitor(url, null).post('/api/tabs/join', { code, name: 'Eve' }, { headers });
      return reply.status;
    };
    const wrong = ['AAAAAA', 'BBBBBB', 'short', 'I0I0I0', '??????', 'CCCCCC', 'DDDDDD'];
    const statuses = [];
    for (const code of wrong) statuses.push(await guess('203.0.113.7', code));
    expect(statuses).toEqual([404, 404, 404, 404, 404, 429, 429]);
    // Right ones are not counted, however many join at once; a network that has guessed gets no further.
    expect(await guess('203.0.113.7', host.tab.joinCode!)).toBe(429);
    for (let index = 0; index < 8; index += 1)
      expect(await guess('198.51.100.1', host.tab.joinCode!)).toBe(201);
    const fromAll = [];
    for (let index = 0; index < 9; index += 1) fromAll.push(await guess(`192.0.2.${index}`, 'EEEEEE'));
    expect(fromAll.filter((status) => status === 404).length).toBe(7);
    expect(fromAll.at(-1)).toBe(429);
  });
});

describe('the basket', () => {
  test('loses no change when two edit at once', async () => {
    const [host, mia] = (await group(['Ada', 'Mia'])) as [Seated, Seated];
    const line = await addLine(mia, tea, { note: 'hot' });
    const both = await Promise.all([
      changeLine(host, line.id, { ifVersion: 1, quantity: 3 }),
      changeLine(mia, line.id, { ifVersion: 1, note: 'iced' }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const refused = both.find(({ status }) => status === 409)!.body.error;
    const now = (await read(host)).lines[0]!;
    expect(refused).toMatchObject({ code: 'version_conflict', details: { line: now } });
    // Whoever was second looks at it, and says it again.
    const again = now.note === 'iced' ? { quantity: 3 } : { note: 'iced' };
    const mended = await changeLine(mia, line.id, { ifVersion: now.version, ...again });
    expect(mended.body.tab.lines[0]).toMatchObject({ quantity: 3, note: 'iced', amount: 1050, version: 3 });

    // Two waiters add to one table; all of it is there.
    const adds = [1, 2, 3, 4].map(() =>
      agent.post(at(host, '/lines'), { variantId: tea, quantity: 1, participantId: mia.participantId }),
    );
    await Promise.all(adds);
    expect((await read(host)).lines.length).toBe(5);
    // The same key adds once; with another body it is refused.
    const key = crypto.randomUUID();
    const body = { variantId: steak, quantity: 1 };
    await Promise.all([1, 2].map(() => mia.who.post(at(mia, '/lines'), body, { key })));
    expect((await read(host)).lines.length).toBe(6);
    const other = await mia.who.post(at(mia, '/lines'), { ...body, quantity: 2 }, { key });
    expect(codeOf(other)).toEqual([409, 'idempotency_conflict']);
    // Removed by the version in the query or in the body, and again.
    for (const [sent, status] of [
      [{ path: '?ifVersion=2' }, 409],
      [{ path: '' }, 400],
      [{ path: '', body: { ifVersion: 3 } }, 200],
      [{ path: '?ifVersion=3' }, 200],
    ] as const) {
      const options = 'body' in sent ? { body: sent.body } : {};
      const reply = await mia.who.call('DELETE', at(mia, `/lines/${line.id}${sent.path}`), options);
      expect(reply.status, JSON.stringify(sent)).toBe(status);
    }
    expect((await changeLine(host, line.id, { ifVersion: 3, quantity: 1 })).status).toBe(404);
  });

  test('shares a line by weights, opens with them again, and lets people step out', async () => {
    const people = await group(['Ada', 'Mia', 'Bob', 'Zoe']);
    const [host, mia, bob, zoe] = people as [Seated, Seated, Seated, Seated];
    const sharedBetween = people.map(({ participantId }) => ({ participantId }));
    const line = await addLine(mia, steak, { quantity: 2, sharedBetween });
    expect(line.sharedBetween.map(({ weight }) => weight)).toEqual([1, 1, 1, 1]);
    const weighed = sharedBetween.map((sharer, index) => ({ ...sharer, weight: index === 0 ? 2 : 1 }));
    const changed = await changeLine(mia, line.id, { ifVersion: 1, sharedBetween: weighed });
    expect(changed.body.tab.lines[0].sharedBetween).toEqual(weighed);
    expect(amountsOf(changed.body.tab.parts, people)).toEqual([480, 240, 240, 240]);
    // Somebody else's line is not hers to change, but to step out of.
    expect((await changeLine(bob, line.id, { ifVersion: 2, quantity: 1 })).status).toBe(403);
    const left = await bob.who.post(at(bob, `/lines/${line.id}/leave`));
    expect(amountsOf(left.body.tab.parts, people)).toEqual([600, 300, 0, 300]);
    const twice = [host, host].map(({ participantId }) => ({ participantId }));
    const repeated = await changeLine(mia, line.id, { ifVersion: 3, sharedBetween: twice });
    expect(repeated.body.error.details[0]).toMatchObject({
      path: ['sharedBetween', 1, 'participantId'],
      code: 'repeated_person',
    });
    const absent = [{ participantId: crypto.randomUUID() }];
    expect((await changeLine(mia, line.id, { ifVersion: 3, sharedBetween: absent })).status).toBe(404);
    for (const who of [host, mia]) await who.who.post(at(who, `/lines/${line.id}/leave`));
    expect(codeOf(await zoe.who.post(at(zoe, `/lines/${line.id}/leave`)))).toEqual([
      409,
      'illegal_transition',
    ]);
  });

  test('keeps to the limit per person, and says what it is', async () => {
    const [host, mia] = (await group(['Ada', 'Mia'], { spendingLimit: 700 })) as [Seated, Seated];
    await addLine(mia, steak);
    const over = await mia.who.post(at(mia, '/lines'), { variantId: tea, quantity: 1 });
    expect(codeOf(over)).toEqual([409, 'over_spending_limit']);
    expect(over.body.error.details).toMatchObject({
      participantId: mia.participantId,
      amount: 950,
      limit: 700,
    });
    expect((await read(host)).basketAmount).toBe(600);
  });
});

/** Waits until a screen has the tab's version, and compares all that it shows. */
const isAt = async (screen: Screen, tab: Tab) => {
  await expect.poll(() => screen.tab.version).toBe(tab.version);
  expect(withoutPresence(screen.tab)).toEqual(withoutPresence(tab));
};
const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('live', () => {
  test('five screens on two processes get every version once, in order, one of them after a lost connection', async () => {
    const people = await group(['Ada', 'Mia', 'Bob', 'Zoe', 'Lea']);
    const [host, mia, bob, , lea] = people as [Seated, Seated, Seated, Seated, Seated];
    const screens = await Promise.all(
      people.map((who, index) => Screen.open(who, index % 2 ? { url: second.url } : {})),
    );
    const start = screens.map(({ tab }) => tab.version);
    const line = await addLine(mia, tea);
    await Promise.all([
      changeLine(mia, line.id, { ifVersion: 1, quantity: 4 }),
      addLine(bob, steak),
      host.who.call('PATCH', at(host), { body: { title: 'Live' } }),
    ]);
    const lost = screens[4]!;
    await expect.poll(() => lost.tab.lines.length).toBe(2);
    lost.socket.disconnect();
    const since = lost.tab.version;
    await mia.who.call('DELETE', at(mia, `/lines/${line.id}?ifVersion=2`));
    await bob.who.post(at(bob, '/ready'), { isReady: true });
    const back = await Screen.open(lea, { since });
    await addLine(host, tea, { sharedBetween: people.map(({ participantId }) => ({ participantId })) });
    const now = await read(host);
    for (const [index, screen] of screens.slice(0, 4).entries()) {
      await isAt(screen, now);
      expect(screen.versions, `screen ${index}`).toEqual(upTo(start[index]! + 1, now.version));
    }
    await isAt(back, now);
    expect([...lost.versions, ...back.versions]).toEqual(upTo(start[4]! + 1, now.version));
    // What is sent to twenty screens is what has changed.
    const patch = back.changes.at(-1)!.patch!;
    expect(Object.keys(patch.fields).toSorted()).toEqual(['basketAmount', 'updatedAt', 'version']);
    expect(patch.lines?.length).toBe(1);
    for (const { socket } of [...screens, back]) socket.close();
  });

  test('says on every process who is here and who is choosing; a reload is no absence', async () => {
    const [host, mia] = (await group(['Ada', 'Mia'])) as [Seated, Seated];
    const ada = await Screen.open(host);
    const first = await Screen.open(mia, { url: second.url });
    const both = [host.participantId, mia.participantId].toSorted();
    await expect.poll(() => [ada.here, first.here]).toEqual([both, both]);
    first.socket.emit('tab:choose', { tabId: mia.tab.id, isChoosing: true });
    await expect.poll(() => ada.choosing).toEqual([mia.participantId]);
    const seen: (readonly string[])[] = [];
    ada.socket.on('tab:presence', ({ here }) => void seen.push(here));
    first.socket.disconnect();
    const again = await Screen.open(mia);
    await expect.poll(() => ada.choosing).toEqual([]);
    expect((await read(host)).participants.map(({ isHere }) => isHere)).toEqual([true, true]);
    expect(seen.filter((here) => here.length < 2)).toEqual([]);
    again.socket.disconnect();
    await expect.poll(() => ada.here, { timeout: 15_000 }).toEqual([host.participantId]);
    ada.socket.close();
  });

  test('ends at once for whoever is removed, and shows to each only what is hers to know', async () => {
    const [host, mia, eve] = (await group(['Ada', 'Mia', 'Eve'])) as [Seated, Seated, Seated];
    const screens = await Promise.all([host, mia, eve].map((who) => Screen.open(who, { url: second.url })));
    const [ada, hers, gone] = screens as [Screen, Screen, Screen];
    const body = { allergies: 'nuts' };
    await eve.who.call('PATCH', at(eve, `/participants/${eve.participantId}`), { body });
    const told = (screen: Screen) =>
      screen.tab.participants.find(({ id }) => id === eve.participantId)!.allergies;
    await expect.poll(() => screens.map(told)).toEqual(['nuts', null, 'nuts']);
    // A new host learns what she must know.
    await host.who.post(at(host, '/host'), { participantId: mia.participantId });
    await expect.poll(() => told(hers)).toBe('nuts');
    expect(JSON.stringify([ada.changes, hers.changes, gone.changes])).not.toContain('example.test');

    await mia.who.call('DELETE', at(mia, `/participants/${eve.participantId}`));
    await addLine(mia, tea);
    const now = await read(mia);
    await isAt(hers, now);
    expect(gone.changes.at(-1)).toEqual({
      tabId: mia.tab.id,
      version: now.version - 1,
      type: 'removed',
      at: expect.any(String) as string,
      participantId: mia.participantId,
    });
    const refused = await gone.socket.emitWithAck('tab:watch', { tabId: eve.tab.id });
    expect(refused).toMatchObject({ error: { code: 'not_found' } });
    for (const { socket } of screens) socket.close();
  });
});

describe('a round', () => {
  const send = (host: Seated, body: object = {}, key = crypto.randomUUID()) =>
    host.who.post(at(host, '/rounds'), body, { key });
  const orderOf = async (who: Seated, { id }: { id: string }): Promise<Order> =>
    (await who.who.get(`/api/orders/${id}`)).body.order;
  const pay = (who: Seated, { id }: Order, shareId: string, card = 'pm_card_visa') =>
    who.who.post(`/api/orders/${id}/shares/${shareId}/pay`, { paymentMethodId: card });

  test('is previewed by every split, with the reason of each amount', async () => {
    const people = await group(['Ada', 'Mia', 'Bob', 'Zoe']);
    const [host, mia, bob, zoe] = people as [Seated, Seated, Seated, Seated];
    const preview = async (split: object) => {
      const reply = await mia.who.post(at(mia, '/rounds/preview'), { split });
      return reply.body as { shares: { participantId: string; amount: number; parts: object[] }[] };
    };
    const hers = await addLine(mia, steak);
    const sharedBetween = people.map(({ participantId }) => ({ participantId }));
    const shared = await addLine(host, steak, { quantity: 2, sharedBetween });
    const own = await preview({ kind: 'own' });
    expect(own).toMatchObject({ totalAmount: 1800, differenceAmount: 0 });
    expect(amountsOf(own.shares, people)).toEqual([300, 900, 300, 300]);
    expect(own.shares.find((share) => share.participantId === mia.participantId)!.parts).toEqual([
      { lineId: hers.id, amount: 600, weight: 1, of: 1, forParticipantId: null },
      { lineId: shared.id, amount: 300, weight: 1, of: 4, forParticipantId: null },
    ]);
    // "Even, but her steak is hers": case 5.
    expect(amountsOf((await preview({ kind: 'even', except: [hers.id] })).shares, people)).toEqual([
      ...[300, 900, 300, 300],
    ]);
    expect(amountsOf((await preview({ kind: 'even' })).shares, people)).toEqual([450, 450, 450, 450]);
    const treat = await preview({ kind: 'treat', payerId: bob.participantId });
    expect(amountsOf(treat.shares, people)).toEqual([0, 0, 1800, 0]);
    // Custom amounts that are too much or too little: case 3.
    const custom = (...amounts: number[]) => ({
      kind: 'custom',
      amounts: amounts.map((amount, index) => ({ participantId: people[index]!.participantId, amount })),
    });
    expect(await preview(custom(900, 901))).toMatchObject({ totalAmount: 1800, differenceAmount: 1 });
    expect(await preview(custom(900, 890))).toMatchObject({ differenceAmount: -10 });
    expect(amountsOf((await preview(custom(1000, 500, 300))).shares, people)).toEqual([1000, 500, 300, 0]);
    const refused = await send(host, { split: custom(900, 901) });
    expect(codeOf(refused)).toEqual([409, 'split_mismatch']);
    expect(refused.body.error.details.problem).toMatchObject({ differenceAmount: 1 });
    expect(codeOf(await zoe.who.post(at(zoe, '/rounds')))).toEqual([403, 'forbidden']);
    expect((await read(host)).lines.length).toBe(2);
  });

  test('is sent once, paid by each on her own phone, and confirmed; later joiners read it; another follows', async () => {
    const people = await group(['Ada', 'Mia', 'Bob']);
    const [host, mia, bob] = people as [Seated, Seated, Seated];
    const screen = await Screen.open(bob);
    // 10.00 for three: 3.34, 3.33, 3.33.
    const line = await addLine(host, rare, {
      sharedBetween: people.map(({ participantId }) => ({ participantId })),
    });
    await addLine(mia, tea);
    const outdated = await send(host, { expectedAmount: 1 });
    expect(codeOf(outdated)).toEqual([409, 'version_conflict']);
    expect(outdated.body.error.details).toMatchObject({ totalAmount: 1350 });
    const shown = (await host.who.post(at(host, '/rounds/preview'))).body;
    const key = crypto.randomUUID();
    const sent = await Promise.all([1, 2, 3].map(() => send(host, { expectedAmount: 1350 }, key)));
    expect(sent.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(codeOf(await send(host, {}, key))).toEqual([409, 'idempotency_conflict']);
    const { order, tab } = sent[0]!.body as { order: Order; tab: Tab };
    expect(new Set(sent.map(({ body }) => body.order.id)).size).toBe(1);
    expect(order).toMatchObject({ status: 'awaiting_payment', tab: { id: host.tab.id, round: 1 } });
    expect(amountsOf(order.shares, people)).toEqual(amountsOf(shown.shares, people));
    expect(amountsOf(order.shares, people).reduce((sum, amount) => sum + amount)).toBe(1350);
    expect(order.lines.map(({ id }) => id)).toContain(line.id);
    expect(tab).toMatchObject({ lines: [], totalAmount: 1350, owedAmount: 1350 });
    expect(tab.rounds).toMatchObject([{ orderId: order.id, number: 1, status: 'awaiting_payment' }]);
    await expect.poll(() => screen.tab.rounds.length).toBe(1);

    const late = await joinTab(new Visitor(system.url), host, { name: 'Late' });
    expect((await orderOf(late, order)).shares.map(({ card }) => card)).toEqual([null, null, null]);
    expect((await new Visitor(system.url).get(`/api/orders/${order.id}`)).status).toBe(404);
    // She follows it until she is removed, and hears nothing after.
    const follower = await late.who.connect();
    const heard: unknown[] = [];
    follower.on('order:changed', (change) => void heard.push(change));
    expect(await follower.emitWithAck('order:watch', { orderId: order.id })).toHaveProperty('order');
    await host.who.call('DELETE', at(host, `/participants/${late.participantId}`));
    const shareOf = (who: Seated) =>
      order.shares.find(({ participantId }) => participantId === who.participantId)!.id;
    expect((await pay(late, order, shareOf(mia))).status).toBe(404);
    expect((await pay(bob, order, shareOf(mia))).status).toBe(403);
    const declined = await pay(bob, order, shareOf(bob), 'pm_card_chargeDeclined');
    expect(codeOf(declined)).toEqual([402, 'card_declined']);
    const paid = await Promise.all(people.map((who) => pay(who, order, shareOf(who))));
    expect(paid.map(({ status }) => status)).toEqual([200, 200, 200]);
    await expect.poll(async () => (await orderOf(mia, order)).status, { timeout: 20_000 }).toBe('confirmed');
    await expect.poll(() => screen.tab.rounds[0]?.status, { timeout: 20_000 }).toBe('confirmed');
    expect(heard).toEqual([]);
    follower.close();
    await until('all is paid', async () => (await read(host)).owedAmount === 0);
    expect((await read(host)).paidAmount).toBe(1350);

    await addLine(bob, tea);
    const next = await send(host);
    expect(next.body.order.tab.round).toBe(2);
    // Who leaves keeps what she has paid, and nothing that came after.
    await mia.who.call('DELETE', at(mia, `/participants/${mia.participantId}`));
    expect((await mia.who.get(`/api/orders/${order.id}`)).status).toBe(200);
    screen.socket.close();
  });

  test('is put back into the basket when it is out of stock, with what is short, or taken back by the host', async () => {
    const [host, mia] = (await group(['Ada', 'Mia'])) as [Seated, Seated];
    await addLine(mia, rare, { quantity: 3, note: 'thin' });
    const short = await send(host);
    expect(codeOf(short)).toEqual([409, 'out_of_stock']);
    expect(short.body.error.details).toMatchObject([{ variantId: rare, requested: 3, name: 'Truffles' }]);
    const [back] = (await read(host)).lines;
    expect(back).toMatchObject({ quantity: 3, note: 'thin', participantId: mia.participantId });
    expect((await changeLine(mia, back!.id, { ifVersion: back!.version, variantId: tea })).status).toBe(200);

    await addLine(host, tea);
    const { order } = (await send(host)).body as { order: Order };
    expect((await read(host)).lines).toEqual([]);
    const hers = order.shares.find(({ participantId }) => participantId === mia.participantId)!;
    expect((await pay(mia, order, hers.id)).status).toBe(200);
    expect((await mia.who.post(`/api/orders/${order.id}/cancel`)).status).toBe(403);
    expect((await host.who.post(`/api/orders/${order.id}/cancel`)).status).toBe(200);
    expect(await orderOf(mia, order)).toMatchObject({ status: 'canceled', reason: 'taken_back' });
    const { lines, rounds, owedAmount } = await read(host);
    expect(lines).toMatchObject([
      { quantity: 3, variantId: tea, participantId: mia.participantId },
      { quantity: 1, variantId: tea, participantId: host.participantId },
    ]);
    expect(rounds.map(({ status }) => status)).toEqual(['rejected', 'canceled']);
    expect(owedAmount).toBe(0);
  });

  test('has shares that others cover and that its host drops; nobody else’s changes', async () => {
    const people = await group(['Ada', 'Mia', 'Bob', 'Zoe']);
    const [host, mia, bob, zoe] = people as [Seated, Seated, Seated, Seated];
    // 10.00 for all four, and a tea for each but Ada.
    await addLine(host, pizza, { sharedBetween: people.map(({ participantId }) => ({ participantId })) });
    for (const who of [mia, bob, zoe]) await addLine(who, tea);
    const { order } = (await send(host)).body as { order: Order };
    const shareOf = (who: Seated) =>
      order.shares.find(({ participantId }) => participantId === who.participantId)!;
    const change = (who: Seated, share: { id: string }, to: 'cover' | 'drop', key?: string) =>
      who.who.post(`/api/orders/${order.id}/shares/${share.id}/${to}`, {}, key === undefined ? {} : { key });
    expect((await pay(mia, order, shareOf(mia).id)).status).toBe(200);

    expect(codeOf(await change(bob, shareOf(mia), 'cover'))).toEqual([409, 'illegal_transition']);
    expect(codeOf(await change(host, shareOf(mia), 'drop'))).toEqual([409, 'illegal_transition']);
    expect(codeOf(await change(mia, shareOf(zoe), 'drop'))).toEqual([403, 'forbidden']);
    const stranger = { ...zoe, who: new Visitor(system.url) };
    expect(codeOf(await change(stranger, shareOf(zoe), 'cover'))).toEqual([404, 'not_found']);
    const key = crypto.randomUUID();
    const covered = await Promise.all([1, 2].map(() => change(mia, shareOf(bob), 'cover', key)));
    expect(covered.map(({ status }) => status)).toEqual([200, 200]);
    const dropped = await Promise.all([1, 2].map(() => change(host, shareOf(zoe), 'drop', key)));
    expect(dropped.map(({ status }) => status)).toEqual([200, 200]);

    const now = await orderOf(host, order);
    expect(now.totalAmount).toBe(order.totalAmount - 350);
    const owedBy = (id: string) => now.shares.find((share) => share.id === id)!;
    expect(owedBy(shareOf(bob).id)).toMatchObject({
      participantId: mia.participantId,
      ownerId: bob.participantId,
    });
    expect(owedBy(shareOf(zoe).id)).toMatchObject({ participantId: host.participantId, amount: 250 });
    for (const who of [host, mia]) expect(owedBy(shareOf(who).id).amount).toBe(shareOf(who).amount);
    expect((await read(zoe)).lines).toMatchObject([{ variantId: tea, participantId: zoe.participantId }]);

    // Whose share it was does not pay it any more; whoever took it over does.
    expect((await pay(bob, order, shareOf(bob).id)).status).toBe(403);
    const paid = [
      await pay(mia, order, shareOf(bob).id),
      await pay(host, order, shareOf(zoe).id),
      await pay(host, order, shareOf(host).id),
    ];
    expect(paid.map(({ status }) => status)).toEqual([200, 200, 200]);
    await expect.poll(async () => (await orderOf(zoe, order)).status).toBe('confirmed');
  });

  test('of fifty people with six lines each is paid by one who treats all, read by all, and refunded by lines', async () => {
    const { variants } = await addProduct(system.databases, {
      variants: [{ name: 'Regular', unitAmount: 300, available: 1000 }],
    });
    const variantId = variants[0]!.id;
    const names = Array.from({ length: TAB_LIMITS.people }, (_, index) => `Guest ${index + 1}`);
    const host = await openTab(new Visitor(system.url), { name: names[0]!, email: 'treats@guest.test' });
    const secret = secretOf(host.tab);
    const others = await Promise.all(
      names.slice(1).map((name) => joinTab(new Visitor(system.url), host, { secret, name })),
    );
    const people = [host, ...others];
    for (const { participantId } of people)
      await addLines(
        system.databases.orders,
        host.tab.id,
        { actor: 'participant', actorId: participantId },
        Array.from({ length: 6 }, () => basketLine(participantId, { variantId, unitAmount: 300 })),
      );
    expect(codeOf(await host.who.post(at(host, '/lines'), { variantId, quantity: 1 }))).toEqual([
      409,
      'tab_full',
    ]);
    const split = { kind: 'treat', payerId: host.participantId };
    // A network of their own: all that its guests hold unpaid is counted together.
    const headers = { 'x-forwarded-for': '198.51.100.50' };
    const sent = await host.who.post(at(host, '/rounds'), { split, expectedAmount: 90_000 }, { headers });
    expect(sent.status, JSON.stringify(sent.body)).toBe(201);
    const { order } = sent.body as { order: Order };
    expect(order.shares).toMatchObject([{ participantId: host.participantId, amount: 90_000 }]);
    expect(order.shares[0]!.allocations.length).toBe(TAB_LIMITS.lines);
    expect((await pay(host, order, order.shares[0]!.id)).status).toBe(200);
    await expect.poll(async () => (await orderOf(host, order)).status, { timeout: 20_000 }).toBe('confirmed');
    for (const who of [host, others.at(-1)!]) {
      const receipt = partOfPayer(await orderOf(who, order), who.participantId);
      expect(receipt.lines.length).toBe(TAB_LIMITS.lines);
      expect(receipt.taxes.reduce((sum, { grossAmount }) => sum + grossAmount, 0)).toBe(90_000);
    }
    await until('its receipt is there', () =>
      system.mailServer.mails.some(
        ({ to, source }) => to.includes('treats@guest.test') && source.includes('900.00'),
      ),
    );
    const lines = order.lines.map(({ id }) => ({ lineId: id, quantity: 1 }));
    await agent.command(`/api/orders/${order.id}/refunds`, { lines, reason: 'The oven is cold' });
    await expect
      .poll(async () => (await orderOf(host, order)).refundedAmount, { timeout: 20_000 })
      .toBe(90_000);
  });

  test('closes with its tab, and the codes die', async () => {
    const [host, mia] = (await group(['Ada', 'Mia'])) as [Seated, Seated];
    const closed = await host.who.post(at(host, '/close'));
    expect(['closing', 'closed']).toContain(closed.body.tab.status);
    expect(codeOf(await mia.who.post(at(mia, '/lines'), { variantId: tea, quantity: 1 }))).toEqual([
      409,
      'tab_ended',
    ]);
    await until('it has ended', async () => (await read(mia)).status === 'closed');
    expect(await read(mia)).toMatchObject({ joinUrl: null, joinCode: null });
    const late = await new Visitor(system.url).post('/api/tabs/join', {
      code: host.tab.joinCode,
      name: 'Zoe',
    });
    expect(codeOf(late)).toEqual([404, 'not_found']);
  });
});

test('no code, name, address or note is in a log or an event', async () => {
  const [row] = await query<{ codes: string[]; events: string }>(
    system.databases.orders.em.fork(),
    sql`select (select array_agg(join_code) || array_agg(join_secret) from tabs where join_code is not null) as codes,
         (select string_agg(data::text, '') from tab_events) as events`,
  );
  expect(row!.codes.length).toBeGreaterThan(10);
  for (const word of [...row!.codes, 'nuts', 'thin', 'ada@example.test', 'Mia'])
    for (const text of [logs, row!.events]) expect(text.includes(word), word).toBe(false);
});
