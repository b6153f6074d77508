import { sql } from 'kysely';
import { query } from '../../db/sql.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spotForStaffSchema, spotSchema } from '../../domain/contract/places.ts';
import { addProduct, guestOrder } from '../../test/setup/menu.ts';
import { startTestSystem, type TestSystem } from '../../test/setup/system.ts';
import { signUp, Visitor } from '../../test/setup/visitor.ts';

let system: TestSystem;
let manager: Visitor;
let guest: Visitor;
let variantId: string;

beforeAll(async () => {
  system = await startTestSystem({
    environment: { TRUST_PROXY: '127.0.0.0/8,::1' },
    api: { limits: { order: { perAddress: 1e6, perPerson: 1e6, seconds: 1 } } },
  });
  manager = new Visitor(system.url);
  await signUp(manager, system.databases, 'manager');
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
