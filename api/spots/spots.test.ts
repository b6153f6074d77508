import { sql } from 'kysely';
import { query, run } from '../../db/sql.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { spotForStaffSchema, spotSchema } from '../../domain/contract/places.ts';
import { addProduct, guestOrder } from '../../test/setup/menu.ts';
import { startTestSystem, type TestSystem } from '../../test/setup/system.ts';
import { TAB_LIMITS } from '../../domain/tab.ts';
import { Screen } from '../../test/setup/tab-screen.ts';
import { addLine, at, openTab, readTab } from '../../test/setup/tabs.ts';
import { signUp, Visitor, type Reply } from '../../test/setup/visitor.ts';

let system: TestSystem;
let manager: Visitor;
let agent: Visitor;
let guest: Visitor;
let variantId: string;

beforeAll(async () => {
  system = await startTestSystem({
    environment: { TRUST_PROXY: '127.0.0.0/8,::1' },
    api: { limits: { order: { perAddress: 1e6, perPerson: 1e6, seconds: 1 } } },
  });
  manager = new Visitor(system.url);
  await signUp(manager, system.databases, 'manager');
  agent = new Visitor(system.url);
  await signUp(agent, system.databases, 'agent');
  guest = new Visitor(system.url);
  variantId = (await addProduct(system.databases)).variants[0]!.id;
});
afterAll(() => system?.stop());

const add = async (spot: object) => {
  const { status, body } = await manager.post('/api/spots', spot);
  expect(status).toBe(201);
  return body.spot as { id: string; label: string; url: string };
};
const change = (id: string, body: object) => manager.call('PATCH', `/api/spots/${id}`, { body });
const codeOf = ({ url }: { url: string }) => url.split(/[=/]/).at(-1)!;
const placeAt = (place: object) => guest.post('/api/orders', guestOrder(variantId, { place }));

test('an order goes to a spot as it was called then; a new name changes nothing of it, and the code stays', async () => {
  const terrace = await add({ kind: 'table', label: 'Terrace 2', area: 'Terrace' });
  const placed = await placeAt({ spotId: terrace.id, kind: 'pickup', label: 'mine', name: 'Ada' });
  const { order } = placed.body;
  expect(order.place).toEqual({
    kind: 'table',
    spotId: terrace.id,
    label: 'Terrace 2',
    area: 'Terrace',
    name: 'Ada',
  });
  const renamed = await change(terrace.id, { label: 'Garden 2', area: null });
  expect(renamed.body.spot).toEqual({ ...terrace, label: 'Garden 2', area: null });
  expect((await guest.get(`/api/orders/${order.id}`)).body.order.place.label).toBe('Terrace 2');

  const find = async (q: string): Promise<string[]> =>
    (await manager.get(`/api/orders?q=${encodeURIComponent(q)}`)).body.items.map(
      ({ id }: { id: string }) => id,
    );
  for (const q of ['terrace 2', 'TERRACE', 'table', 'ada']) expect(await find(q), q).toContain(order.id);
  expect(await find('garden')).not.toContain(order.id);
});

test('guests see the spots in use, in the order of areas and numbers, and no code of any', async () => {
  for (const label of ['A10', 'A9']) await add({ kind: 'table', label, area: 'Hall' });
  const lane = await add({ kind: 'lane', label: '3' });
  const closed = await add({ kind: 'lane', label: '4' });
  await change(closed.id, { active: false });
  const { body } = await guest.get('/api/spots');
  expect(body.items.map((spot: object) => spotSchema.parse(spot).label)).toEqual([
    '3',
    'Garden 2',
    'A9',
    'A10',
  ]);
  expect(JSON.stringify(body)).not.toContain(codeOf(lane));
  const all = await manager.get('/api/spots?all=true');
  const codes = all.body.items.map((spot: object) => codeOf(spotForStaffSchema.parse(spot)));
  expect(new Set(codes).size).toBe(5);
  for (const code of codes) expect(code).toMatch(/^[A-HJ-NP-Z2-9]{12}$/);

  // Its printed code opens it, and reveals no more than the list does.
  const found = await guest.get(`/api/spots/${codeOf(lane)}`);
  expect(found.body).toEqual({
    spot: { id: lane.id, kind: 'lane', label: '3', area: null },
    ...{ hasTab: false, tabId: null, knock: null, may: ['open', 'order_alone'], settlements: ['before'] },
  });
});

test('what is not in use, or none of the shop, is refused in clear words', async () => {
  const spot = await add({ kind: 'pickup', label: 'Bar' });
  await change(spot.id, { active: false });
  for (const reply of [await guest.get(`/api/spots/${codeOf(spot)}`), await placeAt({ spotId: spot.id })]) {
    expect([reply.status, reply.body.error.code]).toEqual([409, 'spot_not_in_use']);
    expect(reply.body.error.message).toContain('Bar');
    expect(reply.body.error.details[0].path).toEqual(['place', 'spotId']);
  }
  expect((await guest.get('/api/spots/nothing-has-this-code')).status).toBe(404);
  const unknown = await placeAt({ spotId: crypto.randomUUID() });
  expect([unknown.status, unknown.body.error.details[0].path]).toEqual([400, ['place', 'spotId']]);
  await change(spot.id, { active: true });
  expect((await placeAt({ spotId: spot.id })).status).toBe(201);
});

test('two spots in use of one kind are never called the same, and adding one is safe to repeat', async () => {
  const first = await add({ kind: 'table', label: 'Café 1' });
  const same = await manager.post('/api/spots', { kind: 'table', label: 'CAFE 1' });
  expect([same.status, same.body.error.code]).toEqual([409, 'label_taken']);
  const lane = await add({ kind: 'lane', label: 'Café 1' });
  expect((await change(lane.id, { kind: 'table' })).body.error.code).toBe('label_taken');
  await change(first.id, { active: false });
  expect((await change(lane.id, { kind: 'table' })).status).toBe(200);
  expect((await change(first.id, { active: true })).body.error.code).toBe('label_taken');

  const key = crypto.randomUUID();
  const twice = await Promise.all(
    [1, 2].map(() => manager.post('/api/spots', { kind: 'lane', label: '9' }, { key })),
  );
  expect(new Set(twice.map(({ body }) => body.spot.url)).size).toBe(1);
  const other = await manager.post('/api/spots', { kind: 'lane', label: '10' }, { key });
  expect([other.status, other.body.error.code]).toEqual([409, 'idempotency_conflict']);
});

test('who added and changed what is kept', async () => {
  const spot = await add({ kind: 'lane', label: 'Kept' });
  await change(spot.id, { label: 'Kept, too' });
  await change(spot.id, { label: 'Kept, too' });
  const rows = await query<{ type: string; data: unknown }>(
    system.databases.catalog.em.fork(),
    sql`select type, data from shop_changes where spot_id = ${spot.id} order by id`,
  );
  expect(rows).toEqual([
    {
      type: 'spot_added',
      data: { kind: { from: null, to: 'lane' }, label: { from: null, to: 'Kept' } },
    },
    { type: 'spot_changed', data: { label: { from: 'Kept', to: 'Kept, too' } } },
  ]);
});

test('a renewed code opens the spot, the old one nothing, and who renewed it is kept without the code', async () => {
  const spot = await add({ kind: 'table', label: 'Renewed' });
  const old = codeOf(spot);
  expect(old).toMatch(/^[A-HJ-NP-Z2-9]{12}$/);
  expect((await guest.post(`/api/spots/${spot.id}/code`)).status).toBe(401);
  const key = crypto.randomUUID();
  const [once, again] = [
    await manager.post(`/api/spots/${spot.id}/code`, {}, { key }),
    await manager.post(`/api/spots/${spot.id}/code`, {}, { key }),
  ];
  const renewed = codeOf(once.body.spot);
  expect(codeOf(again.body.spot)).toBe(renewed);
  expect(renewed).not.toBe(old);
  for (const code of [renewed, renewed.toLowerCase().replace(/^..../, '$&-')])
    expect((await guest.get(`/api/spots/${code}`)).body.spot.id).toBe(spot.id);
  for (const reply of [
    await guest.get(`/api/spots/${old}`),
    await guest.post(`/api/spots/${old}/knock`, { name: 'Mia' }),
    await guest.post('/api/tabs', { name: 'Mia', spotCode: old }),
  ])
    expect([reply.status, reply.body.error.code]).toEqual([404, 'not_found']);
  const [change] = (await manager.get('/api/settings/changes')).body.items;
  expect(change).toMatchObject({ type: 'spot_code_renewed', by: 'A manager', spot: 'Renewed', changes: [] });
  expect(JSON.stringify(change)).not.toContain(old);
  // One that was printed by an earlier version stays what it was.
  const printed = 'aB3_-xYz0O1Il5wQ7rTuVw';
  await query(
    system.databases.catalog.em.fork(),
    sql`update spots set code = ${printed} where id = ${spot.id}`,
  );
  expect((await guest.get(`/api/spots/${printed}`)).body.spot.id).toBe(spot.id);
});

test('codes cannot be guessed: wrong ones count for each network and for all, right ones never', async () => {
  const spot = await add({ kind: 'table', label: 'Guessed' });
  const limits = { spotCode: { perAddress: 5, perPerson: 12, seconds: 60 } };
  const { port } = await system.startApi({ limits });
  const ask = async (network: string, code: string, kind = 'read') => {
    const who = new Visitor(`http://127.0.0.1:${port}`, null);
    const headers = { 'x-forwarded-for': network };
    const path = `/api/spots/${code}`;
    if (kind === 'open')
      return (await who.post('/api/tabs', { name: 'Eve', spotCode: code }, { headers })).status;
    if (kind === 'knock') return (await who.post(`${path}/knock`, { name: 'Eve' }, { headers })).status;
    return (await who.get(path, { headers })).status;
  };
  // However a code is tried, it is the same guess.
  const tries = [];
  for (const kind of ['read', 'open', 'knock', 'read', 'read', 'read', 'open', 'knock'])
    tries.push(await ask('203.0.113.7', kind === 'read' ? 'AAAABBBBCCCC' : 'odd', kind));
  expect(tries).toEqual([404, 404, 404, 404, 404, 429, 429, 429]);
  expect(await ask('203.0.113.7', codeOf(spot))).toBe(429);
  const atOnce = Array.from({ length: 40 }, () => ask('198.51.100.1', codeOf(spot)));
  expect(new Set(await Promise.all(atOnce))).toEqual(new Set([200]));
  const fromAll = [];
  for (let index = 0; index < 9; index += 1) fromAll.push(await ask(`192.0.2.${index}`, 'DDDDEEEEFFFF'));
  expect(fromAll.filter((status) => status === 404).length).toBe(7);
  expect(fromAll.at(-1)).toBe(429);
});

describe('a spot with a tab', () => {
  const atTable = async (label: string, kind = 'table') => {
    const spot = await add({ kind, label });
    return { ...spot, code: codeOf(spot), path: `/api/spots/${codeOf(spot)}` };
  };
  const open = (who: Visitor, spotCode: string, more: object = {}) =>
    who.post('/api/tabs', { name: 'Ada', spotCode, ...more });
  const phone = () => new Visitor(system.url);
  const orders = () => system.databases.orders.em.fork();
  const refusal = ({ status, body }: Pick<Reply<{ error?: { code: string } }>, 'status' | 'body'>) => [
    status,
    body.error?.code,
  ];

  test('whoever comes second asks to be let in: she learns nothing before, and is in with one tap', async () => {
    const spot = await atTable('Open 1');
    const ada = await openTab(phone(), { spotCode: spot.code });
    expect(ada.tab).toMatchObject({
      place: { kind: 'table', label: 'Open 1' },
      spot: { id: spot.id },
      knocks: [],
    });
    await addLine(ada, variantId, { note: 'no sugar' });
    // Friends and strangers see the same: that people sit there, and nothing of who or what.
    const mia = phone();
    const seen = await mia.get(spot.path);
    expect(seen.body).toEqual({
      spot: { id: spot.id, kind: 'table', label: 'Open 1', area: null },
      ...{ hasTab: true, tabId: null, knock: null, may: ['knock', 'order_alone'], settlements: ['before'] },
    });
    const second = await open(mia, spot.code);
    expect([...refusal(second), second.body.error.details]).toEqual([409, 'spot_taken', undefined]);
    // Her own phone is led back, whatever it asks.
    expect((await ada.who.get(spot.path)).body).toMatchObject({ tabId: ada.tab.id, may: ['order_alone'] });
    expect((await open(ada.who, spot.code)).body.error.details).toEqual({ tabId: ada.tab.id });

    const screen = await Screen.open(ada);
    const key = crypto.randomUUID();
    const asked = await mia.post(`${spot.path}/knock`, { name: 'Mia' }, { key });
    expect(asked.body.knock).toMatchObject({ name: 'Mia', status: 'waiting', tabId: null });
    const { id } = asked.body.knock;
    await expect.poll(() => screen.tab.knocks.map(({ name }) => name)).toEqual(['Mia']);
    // The same phone asks once, by its cookie, its token or its request's key; whatever it is called.
    const token = Object.assign(phone(), { guestToken: asked.body.guestToken as string });
    for (const again of [
      await mia.post(`${spot.path}/knock`, { name: 'Maria' }),
      await token.post(`${spot.path}/knock`, { name: 'Mia' }),
      await phone().post(`${spot.path}/knock`, { name: 'Mia' }, { key }),
    ])
      expect(again.body.knock).toEqual(asked.body.knock);
    expect((await mia.get(spot.path)).body.knock).toEqual(asked.body.knock);
    // While she waits, her token opens nothing, and nobody else sees her request.
    const tabPath = `/api/tabs/${ada.tab.id}`;
    expect(refusal(await mia.get(tabPath))).toEqual([404, 'not_found']);
    expect(refusal(await mia.post(`${tabPath}/knocks/${id}`, { letIn: true }))).toEqual([404, 'not_found']);
    expect(refusal(await phone().get(`/api/knocks/${id}`))).toEqual([404, 'not_found']);

    const answer = (letIn: boolean) => ada.who.post(`${tabPath}/knocks/${id}`, { letIn });
    expect((await answer(true)).body.tab.knocks).toEqual([]);
    const { version } = await readTab(ada);
    expect((await answer(true)).body.tab.version).toBe(version);
    expect(refusal(await answer(false))).toEqual([409, 'illegal_transition']);
    for (const who of [mia, token]) {
      expect((await who.get(`/api/knocks/${id}`)).body.knock).toMatchObject({
        ...{ status: 'let_in', tabId: ada.tab.id },
      });
      const { viewer, tab } = (await who.get(tabPath)).body;
      expect([viewer.participantId, tab.lines[0].note]).toEqual([id, 'no sugar']);
    }
    await expect.poll(() => screen.tab.participants.map(({ name }) => name)).toEqual(['Ada', 'Mia']);
    expect(screen.tab.knocks).toEqual([]);
    screen.socket.close();
    const { items } = (await mia.get(`${tabPath}/events`)).body;
    expect(items.slice(-2).map(({ type }: { type: string }) => type)).toEqual(['knocked', 'let_in']);
    expect(JSON.stringify(items)).not.toMatch(/Mia|Maria/);
  });

  test('a no is polite, staff answer as well, and a request ends by itself and with the tab', async () => {
    const spot = await atTable('Open 2');
    const ada = await openTab(phone(), { spotCode: spot.code });
    const answer = (who: Visitor, id: string, letIn: boolean) =>
      who.post(`/api/tabs/${ada.tab.id}/knocks/${id}`, { letIn });
    const knock = async (who: Visitor, name = 'Eve') =>
      (await who.post(`${spot.path}/knock`, { name })).body.knock as { id: string; status: string };
    const eve = phone();
    const { id } = await knock(eve);
    expect((await answer(ada.who, id, false)).status).toBe(200);
    // She is told so again, until she may ask anew.
    expect(await knock(eve)).toMatchObject({ id, status: 'refused' });
    expect((await eve.get(`/api/knocks/${id}`)).body.knock.status).toBe('refused');
    const expire = () => run(orders(), sql`update knocks set expires_at = now() where id = ${id}`);
    await expire();
    expect(await knock(eve)).toMatchObject({ id, status: 'waiting' });
    await expire();
    expect((await eve.get(`/api/knocks/${id}`)).body.knock.status).toBe('over');
    expect((await readTab(ada)).knocks).toEqual([]);
    expect(refusal(await answer(ada.who, id, true))).toEqual([409, 'illegal_transition']);
    expect(await knock(eve)).toMatchObject({ id, status: 'waiting' });

    // Staff see every spot with its tab, and who waits there.
    const { items } = (await agent.get('/api/spots?all=true')).body;
    const shown = items.find((one: { id: string }) => one.id === spot.id).tab;
    expect(shown).toMatchObject({ id: ada.tab.id, people: 1, knocks: [{ id, name: 'Eve' }] });
    expect((await answer(agent, id, true)).status).toBe(200);
    expect((await eve.get(spot.path)).body.tabId).toBe(ada.tab.id);
    // Nobody waits at a locked table; and whoever waited before is let in by its host alone.
    const zoe = phone();
    const waiting = await knock(zoe, 'Zoe');
    await ada.who.call('PATCH', `/api/tabs/${ada.tab.id}`, { body: { isLocked: true } });
    expect(refusal(await answer(eve, waiting.id, true))).toEqual([409, 'tab_locked']);
    expect((await phone().get(spot.path)).body.may).toEqual(['order_alone']);
    expect(refusal(await phone().post(`${spot.path}/knock`, { name: 'Bob' }))).toEqual([409, 'tab_locked']);
    expect((await answer(ada.who, waiting.id, true)).status).toBe(200);
    await ada.who.call('PATCH', `/api/tabs/${ada.tab.id}`, { body: { isLocked: false } });
    // Who was removed stays out; too many at once are asked to wait.
    await ada.who.call('DELETE', `/api/tabs/${ada.tab.id}/participants/${waiting.id}`);
    expect(refusal(await zoe.post(`${spot.path}/knock`, { name: 'Zoe' }))).toEqual([409, 'removed_from_tab']);
    const crowd = await Promise.all(
      Array.from({ length: TAB_LIMITS.knocks + 1 }, () => phone().post(`${spot.path}/knock`, { name: 'X' })),
    );
    expect(crowd.filter(({ status }) => status === 201)).toHaveLength(TAB_LIMITS.knocks);
    expect(crowd.flatMap((reply) => (reply.status === 201 ? [] : refusal(reply)))).toEqual([
      429,
      'too_many_requests',
    ]);

    // A closed tab's code shows an empty table, and keeps the name of nobody who waited.
    await ada.who.post(`/api/tabs/${ada.tab.id}/close`);
    await expect.poll(async () => (await phone().get(spot.path)).body.hasTab).toBe(false);
    expect((await eve.get(spot.path)).body).toMatchObject({
      tabId: null,
      knock: null,
      may: ['open', 'order_alone'],
    });
    const kept = await query(orders(), sql`select from knocks where tab_id = ${ada.tab.id}`);
    expect(kept).toEqual([]);
    expect(refusal(await phone().post(`${spot.path}/knock`, { name: 'Late' }))).toEqual([409, 'tab_ended']);
    expect((await open(phone(), spot.code)).status).toBe(201);
  });

  test('of many who open at once there, one does; a place that is chosen by hand takes no spot', async () => {
    const spot = await atTable('Open 3');
    const byHand = await openTab(phone(), { place: { spotId: spot.id } });
    expect(byHand.tab.place).toMatchObject({ spotId: spot.id });
    expect((await phone().get(spot.path)).body.hasTab).toBe(false);
    const key = crypto.randomUUID();
    const many = await Promise.all([
      ...Array.from({ length: 6 }, (_, index) => open(phone(), spot.code, { name: `Nr ${index}` })),
      ...Array.from({ length: 3 }, () =>
        phone().post('/api/tabs', { name: 'Same', spotCode: spot.code }, { key }),
      ),
    ]);
    const opened = new Set(many.flatMap(({ body }) => body.tab?.id ?? []));
    expect(opened.size).toBe(1);
    for (const reply of many) if (reply.status !== 201) expect(refusal(reply)).toEqual([409, 'spot_taken']);

    // Who has changed the place has left the spot, and cannot take another one without its code.
    const other = await atTable('Open 4');
    const ada = await openTab(phone(), { spotCode: other.code });
    const moved = await ada.who.call('PATCH', at(ada), { body: { place: { spotId: spot.id } } });
    expect(moved.body.tab.place.label).toBe('Open 3');
    expect((await phone().get(other.path)).body.hasTab).toBe(false);
    const free = await openTab(phone(), { spotCode: other.code });

    // People who have gone without closing keep nobody from sitting there; they keep their tab.
    const past = sql`now() - interval '31 minutes'`;
    await run(orders(), sql`update tab_participants set seen_at = ${past} where tab_id = ${free.tab.id}`);
    expect((await phone().get(spot.path)).body.hasTab).toBe(true);
    await run(orders(), sql`update tabs set last_activity_at = ${past} where id = ${free.tab.id}`);
    expect((await phone().get(other.path)).body).toMatchObject({
      hasTab: false,
      may: ['open', 'order_alone'],
    });
    expect((await open(phone(), other.code)).status).toBe(201);
    expect((await free.who.get(`${at(free)}/events`)).body.items.at(-1).type).toBe('spot_left');
    expect((await readTab(free)).status).toBe('open');
  });

  test('the shop decides by kind of spot who may order together, on the page and for the API', async () => {
    const lane = await atTable('Offer', 'lane');
    const change = (body: object) => manager.call('PATCH', '/api/settings', { body });
    expect((await change({ tabsAtLanes: 'together' })).body.error.details[0].path).toEqual(['tabsAtLanes']);
    await change({ tabsAtLanes: 'alone' });
    expect((await guest.get(lane.path)).body).toMatchObject({ may: ['order_alone'], settlements: [] });
    const there = { place: { spotId: lane.id } };
    for (const [body, field] of [
      [{ name: 'Ada', spotCode: lane.code }, 'spotCode'],
      [{ name: 'Ada', ...there }, 'place'],
    ] as const) {
      const refused = await guest.post('/api/tabs', body);
      expect([...refusal(refused), refused.body.error.details[0].path]).toEqual([409, 'alone_only', [field]]);
    }
    const elsewhere = await openTab(phone());
    expect(refusal(await elsewhere.who.call('PATCH', at(elsewhere), { body: there }))).toEqual([
      409,
      'alone_only',
    ]);
    expect((await placeAt({ spotId: lane.id })).status).toBe(201);
    await change({ tabsElsewhere: 'alone', tabsAtLanes: 'before' });
    expect(refusal(await guest.post('/api/tabs', { name: 'Ada' }))).toEqual([409, 'alone_only']);
    const opened = await open(phone(), lane.code);
    expect(opened.body.tab.settlement).toBe('before');
    // With both, people choose; without a choice it is the usual way.
    const settle = async (settlement?: string) => {
      const spot = await atTable(`Offer ${crypto.randomUUID().slice(0, 8)}`, 'lane');
      const { body } = await open(phone(), spot.code, settlement ? { settlement } : {});
      return body.tab?.settlement ?? body.error.details[0];
    };
    await change({ tabsAtLanes: 'both' });
    expect([await settle(), await settle('before'), await settle('after')]).toEqual([
      ...['before', 'before', 'after'],
    ]);
    await change({ tabsAtLanes: 'after' });
    expect([await settle(), await settle('before')]).toEqual([
      'after',
      { path: ['settlement'], code: 'not_offered', message: expect.any(String) },
    ]);
    await change({ tabsElsewhere: 'before' });
    const [latest] = (await manager.get('/api/settings/changes')).body.items;
    expect(latest.changes).toEqual([{ name: 'tabsElsewhere', from: 'alone', to: 'before' }]);
  });

  test('knocking is bounded for each network and each tab, and an account needs no token', async () => {
    const spot = await atTable('Open 5');
    await openTab(phone(), { spotCode: spot.code });
    const limits = {
      knock: { perAddress: 3, perPerson: 10, seconds: 60 },
      knockAtTab: { perAddress: 1_000, perPerson: 5, seconds: 60 },
    };
    const { port } = await system.startApi({ limits });
    const ask = async (network: string) => {
      const headers = { 'x-forwarded-for': network };
      const who = new Visitor(`http://127.0.0.1:${port}`, null);
      return (await who.post(`${spot.path}/knock`, { name: 'Eve' }, { headers })).status;
    };
    const statuses = [];
    for (const host of [7, 7, 7, 7, 8, 8, 8]) statuses.push(await ask(`203.0.113.${host}`));
    expect(statuses).toEqual([201, 201, 201, 429, 201, 201, 429]);

    const account = phone();
    await signUp(account, system.databases);
    const asked = await account.post(`${spot.path}/knock`, { name: 'Lea' });
    expect(asked.body).not.toHaveProperty('guestToken');
    expect((await account.get(`/api/knocks/${asked.body.knock.id}`)).body.knock.status).toBe('waiting');
  });
});
