import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSpot } from '../../db/catalog/spots/spots.ts';
import { ROUTE_NAMES } from '../../domain/contract/routes.ts';
import { roundRoutes } from '../../domain/contract/routes/rounds.ts';
import { TAB_LIMITS } from '../../domain/tab.ts';
import { playAll } from '../harness/play-all.ts';
import type { System } from '../harness/system.ts';
import { joinTab, openTab, secretOf, type Seated } from '../setup/tabs.ts';
import { Visitor } from '../setup/visitor.ts';
import { codeOf, Group } from './groups.ts';
import { StrictScreen } from './strict-screen.ts';
import { startTeaSystem } from './tea-system.ts';

/* T8: nobody reads or changes a tab, a round, a line or a code of a tab she isn't in. The routes are the contract's. */

let system: System;
let tea: string;
beforeAll(async () => {
  ({ system, tea } = await startTeaSystem());
});
afterAll(() => system?.stop());

/** A body that is right for each route, about the given people and lines. */
const BODIES: Readonly<Record<string, (of: { participantId: string }) => object>> = {
  'PATCH /api/tabs/:id': () => ({ title: 'Mine' }),
  'POST /api/tabs/:id/participants': () => ({ name: 'Eve' }),
  'PATCH /api/tabs/:id/participants/:participantId': () => ({ name: 'Eve' }),
  'POST /api/tabs/:id/knocks/:knockId': () => ({ letIn: true }),
  'POST /api/tabs/:id/ready': () => ({ isReady: true }),
  'POST /api/tabs/:id/host': ({ participantId }) => ({ participantId }),
  'POST /api/tabs/:id/lines': () => ({ variantId: tea, quantity: 1 }),
  'PATCH /api/tabs/:id/lines/:lineId': () => ({ ifVersion: 1, quantity: 9 }),
  'DELETE /api/tabs/:id/lines/:lineId': () => ({ ifVersion: 1 }),
  'POST /api/tabs/:id/payments': () => ({ what: { kind: 'rest' } }),
  'PUT /api/tabs/:id/card': () => ({ setupIntentId: 'seti_1' }),
  'POST /api/tabs/:id/move': () => ({ place: { kind: 'table', label: '7' } }),
  'POST /api/tabs/:id/merge': () => ({ intoTabId: randomUUID() }),
};
/** What no guest may do: she is asked to sign in, whatever tab it is. */
const OF_STAFF = ['POST /api/tabs/:id/merge', 'POST /api/tabs/:id/card/charge'];
const ROUTES = ROUTE_NAMES.filter((route) => route.includes('/api/tabs/:id') || route in roundRoutes);

describe('a tab is closed to whoever is not in it', () => {
  let group: Group;
  let lineId: string;
  let orderId: string;
  let shareId: string;
  let stranger: Seated;
  let removed: Seated;
  /** Who has scanned the code on the table, and waits or was refused. */
  let knockers: Visitor[];
  let knockId: string;
  let spotCode: string;
  let own: Group;
  beforeAll(async () => {
    const spot = { kind: 'table', label: 'Strangers', area: null } as const;
    spotCode = (await createSpot(system.databases.catalog, spot)).code;
    group = await Group.open(system, ['Ada', 'Ben'], { spotCode });
    await group.add(group.host, tea);
    const order = await group.sent();
    [orderId, shareId] = [order.id, order.shares[0]!.id];
    lineId = await group.add(group.people[1]!, tea);
    own = await Group.open(system, ['Eve']);
    await own.add(own.host, tea);
    stranger = own.host;
    removed = await joinTab(new Visitor(system.url), group.host, { name: 'Rob' });
    await group.host.who.call('DELETE', group.path(`/participants/${removed.participantId}`));
    knockers = [new Visitor(system.url), new Visitor(system.url)];
    const knocks = [];
    for (const who of knockers)
      knocks.push(await who.command(`/api/spots/${spotCode}/knock`, { name: 'Eve' }));
    knockId = knocks[0]!.body.knock.id;
    await group.host.who.command(group.path(`/knocks/${knocks[1]!.body.knock.id}`), { letIn: false });
  });

  const ask = (who: Visitor, route: string, tabId: string) => {
    const [method = '', path = ''] = route.split(' ');
    const participantId = group.people[1]!.participantId;
    const filled = path
      .replace(':id', path.startsWith('/api/tabs') ? tabId : orderId)
      .replace(':participantId', participantId)
      .replace(':lineId', lineId)
      .replace(':knockId', knockId)
      .replace(':shareId', shareId);
    const body = BODIES[route]?.({ participantId }) ?? (method === 'POST' ? {} : undefined);
    return who.call(method, filled, body === undefined ? {} : { body });
  };
  const isOfRound = (route: string) => route.includes('/api/orders/');

  test.each(ROUTES)('%s', async (route) => {
    const before = await group.read();
    const outsiders = [
      ...[new Visitor(system.url), stranger.who],
      // Whoever was in a round keeps reading that; this one never was.
      removed.who,
      ...knockers,
    ];
    const refusal = OF_STAFF.includes(route) ? 'unauthenticated' : 'not_found';
    for (const who of outsiders)
      expect(
        codeOf(await ask(who, route, group.id)),
        'refused as if there were no such tab, with the body that BODIES of this file gives it',
      ).toBe(refusal);
    // Nor does her own tab take what is another's.
    if (!isOfRound(route) && /:(participant|line|knock)Id/.test(route))
      expect(['not_found', 'ok']).toContain(codeOf(await ask(stranger.who, route, own.id)));
    expect({ ...(await group.read()), updatedAt: '' }).toEqual({ ...before, updatedAt: '' });
  });

  test('no line or person of another tab gets into a basket, a split or a host’s role', async () => {
    const { participantId } = group.host;
    const foreign = [
      ['POST', '/lines', { variantId: tea, quantity: 1, participantId }],
      ['POST', '/lines', { variantId: tea, quantity: 1, sharedBetween: [{ participantId }] }],
      ['POST', '/host', { participantId }],
      ['POST', '/ready', { isReady: true, participantId }],
      ['POST', '/rounds', { lineIds: [lineId] }],
      ['POST', '/rounds', { split: { kind: 'treat', payerId: participantId } }],
      ['POST', '/rounds/preview', { split: { kind: 'even', participantIds: [participantId] } }],
    ] as const;
    for (const [method, path, body] of foreign) {
      const reply = await stranger.who.call(method, own.path(path), { body, key: randomUUID() });
      expect(['not_found', 'invalid_request', 'split_mismatch'], `${path} ${JSON.stringify(body)}`).toContain(
        codeOf(reply),
      );
    }
  });

  test('the code on the table tells that somebody sits there, to strangers and whoever waits alike', async () => {
    for (const who of [new Visitor(system.url), stranger.who, removed.who, ...knockers]) {
      const { body } = await who.get(`/api/spots/${spotCode}`);
      const { spot, hasTab, tabId, knock } = body;
      expect([spot.label, hasTab, tabId]).toEqual(['Strangers', true, null]);
      const told = JSON.stringify({ ...body, spot: null, knock: null });
      for (const { participantId, tab } of group.people)
        for (const secret of [participantId, tab.id, tab.joinCode!, 'Ada', 'Ben'])
          expect(told).not.toContain(secret);
      // Of those who wait each knows of herself alone.
      expect(knock === null).toBe(!knockers.includes(who));
      const asked = await who.get(`/api/knocks/${knockId}`);
      expect(codeOf(asked)).toBe(who === knockers[0] ? 'ok' : 'not_found');
    }
    const [waiting, refused] = knockers as [Visitor, Visitor];
    for (const who of [waiting, refused]) {
      expect((await who.get('/api/tabs')).body.items).toEqual([]);
      await expect(StrictScreen.open(who, { tabId: group.id, guestToken: undefined })).rejects.toThrow(
        'not_found',
      );
    }
  });

  test('sockets, spent links and codes open nothing', async () => {
    for (const { who, guestToken } of [stranger, removed])
      await expect(StrictScreen.open(who, { tabId: group.id, guestToken })).rejects.toThrow('not_found');
    const secret = secretOf(group.host.tab);
    const renewed = await group.host.who.post(group.path('/code'), {});
    for (const key of [{ secret }, { code: group.host.tab.joinCode }, { secret: renewed.body.tab.id }]) {
      const reply = await new Visitor(system.url).post('/api/tabs/join', { ...key, name: 'Eve' });
      expect(codeOf(reply)).toBe('not_found');
    }
    // Who was removed does not come back with the new one either.
    const back = await removed.who.post('/api/tabs/join', { code: renewed.body.tab.joinCode, name: 'Rob' });
    expect(codeOf(back)).toBe('removed_from_tab');
  });
});

test('names of any kind are shown apart and as text; masses of people and lines have an end', async () => {
  const names = [
    '<img src=x onerror=alert(1)>',
    '‮evil',
    'A\u0000B',
    '\u0007bell',
    'Zoë\u0301\u0301',
    '🧑‍🍳'.repeat(10),
  ];
  const host = await openTab(new Visitor(system.url), { name: 'Ada' });
  for (const name of [...names, ...names]) {
    const { status, body } = await new Visitor(system.url).post('/api/tabs/join', {
      code: host.tab.joinCode,
      name,
    });
    expect([201, 400]).toContain(status);
    if (status === 201) expect(body.participant.name).not.toMatch(/[\u0000-\u001f\u202a-\u202e]/);
  }
  const codes: string[] = [];
  await playAll(Array.from({ length: TAB_LIMITS.people }), 10, async () => {
    const reply = await new Visitor(system.url).post('/api/tabs/join', {
      code: host.tab.joinCode,
      name: 'Mia',
    });
    codes.push(codeOf(reply));
  });
  expect(new Set(codes)).toEqual(new Set(['ok', 'tab_full']));
  const { participants } = (await host.who.get(`/api/tabs/${host.tab.id}`)).body.tab;
  expect(participants.length).toBe(TAB_LIMITS.people);
  const shown = participants.map(({ name }: { name: string }) => name.toLowerCase());
  expect(new Set(shown).size).toBe(TAB_LIMITS.people);
  for (const [length, status] of [
    [10_000, 400],
    [100_000, 413],
  ] as const) {
    const line = { variantId: tea, quantity: 1, note: 'x'.repeat(length) };
    expect((await host.who.post(`/api/tabs/${host.tab.id}/lines`, line)).status).toBe(status);
  }
});
