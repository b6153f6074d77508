/** The people of a tab over HTTP and sockets: how they come and go, who leads, and what their screens get. */

import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tab } from '../../domain/contract/tabs.ts';
import { run } from '../../db/sql.ts';
import type { System } from '../../test/harness/system.ts';
import { startTabSystem, type TabSystem } from '../../test/harness/tab-system.ts';
import { until } from '../../test/harness/until.ts';
import { startApiProcess, type ApiProcess } from '../../test/setup/api-process.ts';
import {
  addLine,
  at,
  changeLine,
  joinTab,
  readTab,
  refusalOf,
  seatGroup,
  secretOf,
  type Seated,
} from '../../test/setup/tabs.ts';
import { Screen, withoutPresence } from '../../test/setup/tab-screen.ts';
import { signUp, Visitor } from '../../test/setup/visitor.ts';

let tabs: TabSystem;
let system: System;
let second: ApiProcess;
let agent: Visitor;
let tea: string;
let steak: string;

beforeAll(async () => {
  tabs = await startTabSystem();
  ({ system } = tabs);
  second = await startApiProcess(system);
  ({ agent } = system);
  ({ tea, steak } = tabs.menu);
});
afterAll(async () => {
  await second?.stop();
  await system?.stop();
});

describe('people', () => {
  test('open a tab, join it by code or link, and come back as themselves, also while it is locked', async () => {
    const [host, mia] = (await seatGroup(system.url, ['Ada', 'Mia'], {
      title: 'Lunch',
      email: 'ada@example.test',
    })) as [Seated, Seated];
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
    const before = (await readTab(host)).version;
    // The same phone by its cookie; a program by its token; neither is asked for a name.
    for (const who of [mia.who, Object.assign(new Visitor(system.url), { guestToken: mia.guestToken })]) {
      const back = await who.post('/api/tabs/join', { secret });
      expect([back.status, back.body.participant?.id]).toEqual([201, mia.participantId]);
    }
    const hostBack = await host.who.post('/api/tabs/join', { secret, name: 'Whoever' });
    expect(hostBack.body.viewer).toMatchObject({ participantId: host.participantId, isHost: true });
    expect((await readTab(host)).version).toBe(before);
    const stranger = new Visitor(system.url);
    expect(refusalOf(await stranger.post('/api/tabs/join', { secret, name: 'Eve' }))).toEqual([
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
    expect((await readTab(host)).participants.length).toBe(4);
  });

  test('choose only what the shop and their own cards allow', async () => {
    const account = new Visitor(system.url);
    await signUp(account, system.databases);
    const [host] = (await seatGroup(system.url, ['Ada'])) as [Seated];
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
    const [host] = (await seatGroup(system.url, ['Ada'])) as [Seated];
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
    const [host] = (await seatGroup(system.url, ['Ada'])) as [Seated];
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
    const [host, mia, eve] = (await seatGroup(system.url, ['Ada', 'Mia', 'Eve'])) as [Seated, Seated, Seated];
    await addLine(eve, tea);
    const { code, secret } = { code: host.tab.joinCode!, secret: secretOf(host.tab) };
    const removed = await host.who.call('DELETE', at(host, `/participants/${eve.participantId}`));
    expect(removed.body.tab.lines).toEqual([]);
    for (const path of ['', '/events']) expect((await eve.who.get(at(eve, path))).status).toBe(404);
    expect((await eve.who.get('/api/tabs')).body.items).toEqual([]);
    expect(refusalOf(await eve.who.post('/api/tabs/join', { code }))).toEqual([409, 'removed_from_tab']);
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
      expect(
        refusalOf(await new Visitor(system.url).post('/api/tabs/join', { ...key, name: 'Zoe' })),
      ).toEqual([404, 'not_found']);
  });

  test('change their own data alone; what the kitchen must know is for the host, staff and oneself', async () => {
    const [host, mia, bob] = (await seatGroup(system.url, ['Ada', 'Mia', 'Bob'])) as [Seated, Seated, Seated];
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
    const [host, mia, bob] = (await seatGroup(system.url, ['Ada', 'Mia', 'Bob'])) as [Seated, Seated, Seated];
    const lead = (who: Seated, to: Seated) =>
      who.who.post(at(who, '/host'), { participantId: to.participantId });
    expect(refusalOf(await lead(bob, bob))).toEqual([409, 'host_is_here']);
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
    const limits = { tabCode: { perAddress: 5, perPerson: 17, seconds: 60 } };
    const { port } = await system.startApi({ limits });
    const [host] = (await seatGroup(system.url, ['Ada'])) as [Seated];
    const guess = async (network: string, code: string) => {
      const headers = { 'x-forwarded-for': network };
      const url = `http://127.0.0.1:${port}`;
      const join = () => new Visitor(url, null).post('/api/tabs/join', { code, name: 'Eve' }, { headers });
      const { status } = await join();
      // As a page does while a busy machine asks to.
      return status === 503 ? (await join()).status : status;
    };
    const wrong = ['AAAAAA', 'BBBBBB', 'short', 'I0I0I0', '??????', 'CCCCCC', 'DDDDDD'];
    const statuses = [];
    for (const code of wrong) statuses.push(await guess('203.0.113.7', code));
    expect(statuses).toEqual([404, 404, 404, 404, 404, 429, 429]);
    // A network that has guessed gets no further.
    expect(await guess('203.0.113.7', host.tab.joinCode!)).toBe(429);
    // Right ones are not counted: forty people of one network join at once, beside one who guesses.
    const guessed: number[] = [];
    const guesses = async () => {
      for (const code of [...wrong, ...wrong]) guessed.push(await guess('198.51.100.1', code));
    };
    const [joins] = await Promise.all([
      Promise.all(upTo(1, 40).map(() => guess('198.51.100.2', host.tab.joinCode!))),
      guesses(),
    ]);
    expect(joins).toEqual(joins.map(() => 201));
    expect(guessed.slice(0, 5)).toEqual([404, 404, 404, 404, 404]);
    expect(guessed.slice(5)).toEqual(guessed.slice(5).map(() => 429));
    // Of many wrong ones at once, no more are looked up than one after the other.
    const burst = await Promise.all(upTo(1, 30).map(() => guess('198.51.100.2', 'FFFFFF')));
    expect(burst.filter((status) => status === 404).length).toBe(5);
    expect(burst.filter((status) => ![404, 429].includes(status))).toEqual([]);
    const fromAll = [];
    for (let index = 0; index < 9; index += 1) fromAll.push(await guess(`192.0.2.${index}`, 'EEEEEE'));
    expect(fromAll.filter((status) => status === 404).length).toBe(2);
    expect(fromAll.at(-1)).toBe(429);
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
    const people = await seatGroup(system.url, ['Ada', 'Mia', 'Bob', 'Zoe', 'Lea']);
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
    const now = await readTab(host);
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
    const [host, mia] = (await seatGroup(system.url, ['Ada', 'Mia'])) as [Seated, Seated];
    const ada = await Screen.open(host);
    const first = await Screen.open(mia, { url: second.url });
    const both = [host.participantId, mia.participantId].toSorted();
    await expect.poll(() => [ada.here, first.here]).toEqual([both, both]);
    // What a process of another version tells ends none.
    for (const told of ['', '{"says":"what is not known yet"}'])
      await run(system.databases.orders.em.fork(), sql`select pg_notify('tab_presence', ${told})`);
    first.socket.emit('tab:choose', { tabId: mia.tab.id, isChoosing: true });
    await expect.poll(() => ada.choosing).toEqual([mia.participantId]);
    const seen: (readonly string[])[] = [];
    ada.socket.on('tab:presence', ({ here }) => void seen.push(here));
    first.socket.disconnect();
    const again = await Screen.open(mia);
    await expect.poll(() => ada.choosing).toEqual([]);
    expect((await readTab(host)).participants.map(({ isHere }) => isHere)).toEqual([true, true]);
    expect(seen.filter((here) => here.length < 2)).toEqual([]);
    again.socket.disconnect();
    await expect.poll(() => ada.here).toEqual([host.participantId]);
    ada.socket.close();
  });

  test('ends at once for whoever is removed, and shows to each only what is hers to know', async () => {
    const [host, mia, eve] = (await seatGroup(system.url, ['Ada', 'Mia', 'Eve'])) as [Seated, Seated, Seated];
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
    const now = await readTab(mia);
    await isAt(hers, now);
    await expect
      .poll(() => gone.changes.at(-1))
      .toEqual({
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

test('no code, name, address or allergy is in a log or an event', () =>
  tabs.expectUntold('nuts', 'ada@example.test', 'Mia'));
