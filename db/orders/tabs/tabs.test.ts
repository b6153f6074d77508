import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { basketLine, fillBasket, person, recordTab } from '../../../test/harness/tabs.ts';
import { createTestDatabases } from '../../../test/setup/databases.ts';
import { statement } from '../../../test/setup/statement.ts';
import { openDatabases, type Databases } from '../../databases.ts';
import { wordsOf } from '../../../domain/fold.ts';
import { readJoinCode } from '../../../domain/join-code.ts';
import { run } from '../../sql.ts';
import { withSharers } from '../orders/sharers.ts';
import { asBasketLine, readBasket } from './basket-lines.ts';
import { addLines, changeLine, removeLine, stepOut } from './basket.ts';
import type { TabCommand } from './change-tab.ts';
import { addPerson, joinTab } from './join-tab.ts';
import { answerKnock, knockAtTab } from './knocks.ts';
import { mergeTabs } from './merge-tabs.ts';
import { changePerson, makeHost, noteSeen, setReady, takeOut } from './people.ts';
import { listTabIds, readTab, readTabEvents, readTabNews } from './read-tab.ts';
import { withFreshCodes } from './open-tab.ts';
import { changeSettings, closeTab, endTab, renewCodes } from './settings.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases((await createTestDatabases()).urls, { poolSize: 24 });
});
afterAll(() => databases.close());

const orders = () => databases.orders;
const by = (actorId: string): TabCommand => ({ actor: 'participant', actorId });
const host = (actorId: string): TabCommand => ({ actor: 'host', actorId });
const NOBODY = { participantIds: [], userId: null };
const read = async (id: string) => (await readTab(orders(), id))!;
const refused = (code: string) => expect.objectContaining({ code }) as unknown;
const write = (text: string, ...values: unknown[]) => run(orders().em.fork(), statement(text, ...values));

/** T7: versions are 1, 2, 3 … and end at the row's. */
async function expectGapless(tabId: string) {
  const { tab } = await read(tabId);
  const events = await readTabEvents(orders(), tabId, { after: 0 });
  expect(events.map(({ version }) => version)).toEqual(events.map((_, index) => index + 1));
  expect(events.length).toBe(tab.version);
  return events;
}

describe('people', () => {
  test('join by code or link, are shown apart, and come back as themselves', async () => {
    const tab = await recordTab(orders(), ['Mia', 'Mia', 'mia']);
    const { code, secret } = tab;
    const [, second] = tab.people;
    expect((await read(tab.id)).tab.participants.map(({ name }) => name)).toEqual(['Mia', 'Mia 2', 'mia 3']);
    const again = { participantIds: [second!], userId: null };
    for (const key of [{ code }, { secret }]) {
      const joined = await joinTab(orders(), { key, known: again, person: person('Somebody') });
      expect(joined).toMatchObject({ participantId: second, event: undefined });
    }
    const { id } = person('Lea');
    const joined = await joinTab(orders(), {
      key: { secret },
      known: { participantIds: [], userId: 'lea' },
      person: { ...person('Lea', { userId: 'lea' }), id },
    });
    expect(joined!.participantId).toBe(id);
    const known = { participantIds: [], userId: 'lea' };
    expect(await joinTab(orders(), { key: { code }, known, person: null })).toMatchObject({
      participantId: id,
    });
    expect(await joinTab(orders(), { key: { code }, known: NOBODY, person: null })).toBeUndefined();
    await expect(
      joinTab(orders(), { key: { code: 'ABCDEF' }, known: NOBODY, person: person('Eve') }),
    ).rejects.toEqual(refused('not_found'));
    await expectGapless(tab.id);
  });

  test('cannot join while the host has locked it, but those who are in come back', async () => {
    const tab = await recordTab(orders(), ['Ada', 'Ben', 'Cleo']);
    const { code, people } = tab;
    const [ada, ben, cleo] = people as [string, string, string];
    const back = (id: string) =>
      joinTab(orders(), { key: { code }, known: { participantIds: [id], userId: null }, person: null });
    await takeOut(orders(), tab.id, by(cleo), { participantId: cleo, isRemoved: false });
    await changeSettings(orders(), tab.id, host(ada), { isLocked: true });
    expect(await back(ada)).toMatchObject({ participantId: ada });
    expect(await back(ben)).toMatchObject({ participantId: ben });
    await expect(back(cleo)).rejects.toEqual(refused('tab_locked'));
    await expect(joinTab(orders(), { key: { code }, known: NOBODY, person: person('Eve') })).rejects.toEqual(
      refused('tab_locked'),
    );
    await addPerson(orders(), tab.id, host(ada), person('Grandma'));
    await changeSettings(orders(), tab.id, host(ada), { isLocked: false });
    expect(await back(cleo)).toMatchObject({ participantId: cleo, event: { type: 'came_back' } });

    await takeOut(orders(), tab.id, host(ada), { participantId: ben, isRemoved: true });
    await expect(back(ben)).rejects.toEqual(refused('removed_from_tab'));
    expect(await listTabIds(orders(), { of: { participantIds: [ben] }, limit: 9 })).toEqual([]);
    await renewCodes(orders(), tab.id, host(ada));
    expect((await read(tab.id)).tab.joinCode).not.toBe(code);
    await expect(back(ada)).rejects.toEqual(refused('not_found'));
    await expectGapless(tab.id);
  });

  test('are found by staff by the words of its title, of its place and of the names in it, or by its code', async () => {
    const word = `w${randomUUID().slice(0, 8)}`;
    const first = await recordTab(orders(), ['Ada', `Zoé ${word}`], { title: `Crêpes ${word}` });
    const other = await recordTab(orders(), [`Ben ${word}`], { title: null });
    const found = async (q: string) =>
      (
        await listTabIds(orders(), {
          sought: { words: wordsOf(`${q} ${word}`), joinCode: readJoinCode(q) },
          limit: 9,
        })
      ).map(({ id }) => id);
    expect(await found('')).toEqual([other.id, first.id]);
    const place = { kind: 'table' as const, label: 'Zürich 4', area: 'Garden' };
    await changeSettings(orders(), first.id, host(first.people[0]!), { place });
    expect(await found('zurich GARDEN table')).toEqual([first.id]);
    const { joinCode } = (await read(other.id)).tab;
    expect(await found(joinCode!.toLowerCase().replace(/^.../, '$& '))).toEqual([other.id]);
    expect([await found('CREPES'), await found('zoe ada')]).toEqual([[first.id], [first.id]]);
    expect([await found('ben'), await found('ben zoe')]).toEqual([[other.id], []]);
  });

  test('get another code when a tab has the one that was drawn', async () => {
    const taken = await recordTab(orders());
    const free = await recordTab(orders());
    const drawn: string[] = [];
    const code = (await read(taken.id)).tab.joinCode!;
    const set = (joinCode: string) => write('update tabs set join_code = ? where id = ?', joinCode, free.id);
    await withFreshCodes(async ({ joinCode }) => {
      drawn.push(joinCode);
      await set(drawn.length < 3 ? code : joinCode);
    });
    expect(drawn).toHaveLength(3);
    expect((await read(free.id)).tab.joinCode).toBe(drawn[2]);
    // Never for ever, and no other failure is tried again.
    let tries = 0;
    const always = withFreshCodes(() => ((tries += 1), set(code)));
    await expect(always).rejects.toMatchObject({ constraint: 'tabs_join_code' });
    expect(tries).toBe(10);
    await expect(withFreshCodes(() => ((tries += 1), set('bad')))).rejects.toBeDefined();
    expect(tries).toBe(11);
  });

  test('hand the lead over, lose it when they leave, and take it from a host who is gone', async () => {
    const tab = await recordTab(orders(), ['Ada', 'Ben', 'Cleo']);
    const [ada, ben, cleo] = tab.people as [string, string, string];
    await expect(makeHost(orders(), tab.id, by(ben), ben)).rejects.toEqual(refused('host_is_here'));
    await makeHost(orders(), tab.id, host(ada), cleo);
    expect((await read(tab.id)).tab.host).toBe(cleo);
    await expect(
      takeOut(orders(), tab.id, by(ben), { participantId: cleo, isRemoved: true }),
    ).rejects.toEqual(refused('illegal_transition'));
    await takeOut(orders(), tab.id, by(cleo), { participantId: cleo, isRemoved: false });
    expect((await read(tab.id)).tab.host).toBe(ada);

    await write(`update tab_participants set seen_at = now() - interval '1 hour' where tab_id = ?`, tab.id);
    await expect(makeHost(orders(), tab.id, by(ben), ben)).rejects.toEqual(refused('host_is_here'));
    await noteSeen(orders(), [ben]);
    await makeHost(orders(), tab.id, by(ben), ben);
    expect((await read(tab.id)).tab.host).toBe(ben);
    await expectGapless(tab.id);

    // Somebody without a phone leads only if nobody else is left.
    const alone = await recordTab(orders(), ['Ada']);
    const [first] = alone.people as [string];
    const grandma = person('Grandma');
    await addPerson(orders(), alone.id, host(first), grandma);
    const second = person('Ben');
    await joinTab(orders(), { key: { code: alone.code }, known: NOBODY, person: second });
    await takeOut(orders(), alone.id, by(first), { participantId: first, isRemoved: false });
    expect((await read(alone.id)).tab.host).toBe(second.id);
    await takeOut(orders(), alone.id, by(second.id), { participantId: second.id, isRemoved: false });
    expect((await read(alone.id)).tab.host).toBe(grandma.id);
    // A tab that all have left is led by whoever is in it next.
    await takeOut(orders(), alone.id, host(first), { participantId: grandma.id, isRemoved: false });
    const known = { participantIds: [first], userId: null };
    await joinTab(orders(), { key: { code: alone.code }, known, person: null });
    expect((await read(alone.id)).tab.host).toBe(first);
    // Also if staff let her in: first somebody new, then one who was in it before.
    for (const knocker of [person('Cleo'), { ...person('Ada'), id: first }]) {
      const { host: last } = (await read(alone.id)).tab;
      await takeOut(orders(), alone.id, host(last), { participantId: last, isRemoved: false });
      const asks = { known: { participantIds: [knocker.id], userId: null }, person: knocker };
      const { knock } = await knockAtTab(orders(), alone.id, asks);
      const answer = { knockId: knock.id, letIn: true };
      await answerKnock(orders(), alone.id, { actor: 'agent', actorId: 'agent' }, answer);
      expect((await read(alone.id)).tab.host).toBe(knocker.id);
    }
    await expectGapless(alone.id);
  });

  test('of a tab lead it, and none of another, whichever tabs are merged into it', async () => {
    const [one, two, three] = [
      await recordTab(orders(), ['Ada']),
      await recordTab(orders(), ['Ben']),
      await recordTab(orders(), ['Cleo']),
    ];
    const lead = (tabId: string, hostId: string) =>
      write('update tabs set host_participant_id = ? where id = ?', hostId, tabId);
    await expect(lead(two.id, one.hostId)).rejects.toMatchObject({ constraint: 'tabs_host_fkey' });
    const agent = { actor: 'agent', actorId: 'agent' } as const;
    await mergeTabs(orders(), { tabId: one.id, intoId: two.id }, agent);
    await lead(two.id, one.hostId);
    await mergeTabs(orders(), { tabId: two.id, intoId: three.id }, agent);
    expect((await read(three.id)).tab).toMatchObject({ host: three.hostId });
    expect((await read(one.id)).tab).toMatchObject({ host: one.hostId, mergedInto: two.id });
  });

  test('change what is theirs; what is so already makes no version', async () => {
    const tab = await recordTab(orders(), ['Mia', 'Mia']);
    const [one, two] = tab.people as [string, string];
    const twice = async (change: () => Promise<unknown>) => {
      await change();
      const { version } = (await read(tab.id)).tab;
      await change();
      expect((await read(tab.id)).tab.version).toBe(version);
    };
    await twice(() => changePerson(orders(), tab.id, by(two), two, { name: 'Mia B', allergies: 'nuts' }));
    await twice(() => setReady(orders(), tab.id, by(two), { participantId: two, isReady: true }));
    await twice(() => changeSettings(orders(), tab.id, host(one), { title: 'Lunch', spendingLimit: 1000 }));
    await twice(() => takeOut(orders(), tab.id, by(two), { participantId: two, isRemoved: false }));
    const { tab: now } = await read(tab.id);
    expect(now).toMatchObject({ title: 'Lunch', spendingLimit: 1000 });
    expect(now.participants[1]).toMatchObject({
      name: 'Mia B',
      allergies: 'nuts',
      isReady: false,
      hasLeft: true,
    });
    await twice(() => closeTab(orders(), tab.id, host(one)));
    await twice(() => endTab(orders(), tab.id, { idleSince: new Date(0) }));
    expect((await read(tab.id)).tab).toMatchObject({ status: 'closed', joinCode: null });
    expect((await read(tab.id)).joinSecret).toBeNull();
    expect((await closeTab(orders(), tab.id, host(one))).event).toBeUndefined();
    const events = await expectGapless(tab.id);
    expect(JSON.stringify(events)).not.toMatch(/Mia|nuts|Lunch/);
  });
});

describe('the basket', () => {
  test('keeps what two people change at once, and tells the second of an outdated line', async () => {
    const tab = await recordTab(orders(), ['Ada', 'Ben']);
    const [ada, ben] = tab.people as [string, string];
    const line = basketLine(ada);
    await fillBasket(orders(), tab.id, line, basketLine(ben));
    expect(
      (await readBasket(orders().em.fork(), tab.id)).map((line) => asBasketLine(withSharers(line)))[0],
    ).toEqual(line);
    const two = { ...line, quantity: 2, amount: 1000 };
    const three = { ...line, quantity: 3, amount: 1500 };
    const change = (to: typeof line) =>
      changeLine(orders(), tab.id, by(ada), { ifVersion: 1, line: to }).catch((error: unknown) => error);
    const results = await Promise.all([change(two), change(three), change(two), change(three)]);
    const outdated = results.filter((result) => result instanceof Error);
    // The two that ask for what is there now are done.
    expect(outdated.length).toBe(2);
    const [now] = (await read(tab.id)).tab.lines;
    expect(now!.version).toBe(2);
    expect(outdated).toEqual(
      [1, 2].map(() => expect.objectContaining({ details: { line: now } }) as unknown),
    );

    const again = () => addLines(orders(), tab.id, by(ada), [line]);
    expect((await again()).event!.version).toBe((await again()).event!.version);
    await removeLine(orders(), tab.id, by(ada), { lineId: line.id, ifVersion: 2 });
    await removeLine(orders(), tab.id, by(ada), { lineId: line.id, ifVersion: 2 });
    await again();
    expect((await read(tab.id)).tab.lines.length).toBe(1);
    await expectGapless(tab.id);
  });

  test('divides what somebody leaves behind among those who share it', async () => {
    const tab = await recordTab(orders(), ['Ada', 'Ben', 'Cleo']);
    const [ada, ben, cleo] = tab.people as [string, string, string];
    const weighed = [ada, ben, cleo].map((participantId, index) => ({ participantId, weight: index + 1 }));
    const own = basketLine(ben);
    const hers = basketLine(ben, { shared: [ada, ben] });
    const dish = basketLine(ada, { sharers: weighed, unitAmount: 900 });
    await fillBasket(orders(), tab.id, own, hers, dish);
    await stepOut(orders(), tab.id, by(ada), { lineId: dish.id, participantId: ada });
    const partsOf = async () =>
      Object.fromEntries(
        (await read(tab.id)).tab.parts.map(({ participantId, amount }) => [participantId, amount]),
      );
    expect(await partsOf()).toEqual({ [ada]: 250, [ben]: 1110, [cleo]: 540 });
    await takeOut(orders(), tab.id, by(ben), { participantId: ben, isRemoved: false });
    expect(await partsOf()).toEqual({ [ada]: 500, [cleo]: 900 });
    expect((await read(tab.id)).tab.lines).toMatchObject([
      { id: hers.id, participantId: ada, sharedBetween: [{ participantId: ada, weight: 1 }] },
      { id: dish.id, participantId: ada, sharedBetween: [{ participantId: cleo }] },
    ]);
    await expect(
      stepOut(orders(), tab.id, by(cleo), { lineId: dish.id, participantId: cleo }),
    ).rejects.toEqual(refused('illegal_transition'));
  });

  test('lets nobody exceed the limit per person, but take back what exceeds it', async () => {
    const tab = await recordTab(orders(), ['Ada', 'Ben'], { spendingLimit: 1000 });
    const [ada, ben] = tab.people as [string, string];
    const dish = basketLine(ada, { unitAmount: 1800, shared: [ada, ben] });
    await fillBasket(orders(), tab.id, dish);
    await expect(fillBasket(orders(), tab.id, basketLine(ben, { unitAmount: 101 }))).rejects.toEqual(
      refused('over_spending_limit'),
    );
    await expect(stepOut(orders(), tab.id, by(ben), { lineId: dish.id, participantId: ben })).rejects.toEqual(
      refused('over_spending_limit'),
    );
    await changeSettings(orders(), tab.id, host(ada), { spendingLimit: 500 });
    const less = { ...dish, unitAmount: 1700, amount: 1700, note: 'cold' };
    await changeLine(orders(), tab.id, by(ada), { ifVersion: 1, line: less });
    expect((await read(tab.id)).tab.basketAmount).toBe(1700);
  });

  test('refuses strangers, those who left, and a key with another request', async () => {
    const tab = await recordTab(orders(), ['Ada', 'Ben']);
    const [ada, ben] = tab.people as [string, string];
    await takeOut(orders(), tab.id, by(ben), { participantId: ben, isRemoved: false });
    for (const id of [ben, randomUUID()]) {
      await expect(fillBasket(orders(), tab.id, basketLine(id))).rejects.toEqual(refused('not_found'));
      await expect(fillBasket(orders(), tab.id, basketLine(ada, { shared: [ada, id] }))).rejects.toEqual(
        refused('not_found'),
      );
    }
    const command = { ...by(ada), key: 'key', requestHash: 'one' };
    await addLines(orders(), tab.id, command, [basketLine(ada)]);
    await addLines(orders(), tab.id, command, [basketLine(ada)]);
    await expect(
      addLines(orders(), tab.id, { ...command, requestHash: 'two' }, [basketLine(ada)]),
    ).rejects.toEqual(refused('idempotency_conflict'));
    expect((await read(tab.id)).tab.lines.length).toBe(1);
    const news = await readTabNews(orders(), [{ tabId: tab.id, version: 3 }]);
    expect(news.map(({ events }) => events.map(({ version }) => version))).toEqual([[4]]);
    expect(await readTabNews(orders(), [{ tabId: tab.id, version: 4 }])).toEqual([]);
  });
});

describe('the database refuses', () => {
  test('a line that lies in two places or in none, or has a stranger as its owner', async () => {
    const tab = await recordTab(orders());
    const other = await recordTab(orders());
    const [line] = await fillBasket(orders(), tab.id, basketLine(tab.hostId));
    const set = (assignment: string) => write(`update lines set ${assignment} where id = ?`, line!.id);
    await expect(set('tab_id = null')).rejects.toThrow(/lines_place_check/);
    await expect(set('order_id = gen_random_uuid()')).rejects.toThrow(/lines_place_check/);
    await expect(set(`participant_id = '${other.hostId}'`)).rejects.toThrow(/lines_tab_participant_fkey/);
    await expect(set(`weights = '{0}'`)).rejects.toThrow(/lines_weights_check/);
    await expect(set(`weights = '{1,1}'`)).rejects.toThrow(/lines_weight_each_check/);
  });

  test('a version twice, two tabs with one code, codes of an ended tab, and a name twice', async () => {
    const [one, other] = [await recordTab(orders(), ['Ada', 'Ben']), await recordTab(orders())];
    const event = (version: number, key: string) =>
      write(
        `insert into tab_events (tab_id, version, type, actor, dedupe_key, data) values (?, ?, 'left', 'host', ?, '{}')`,
        ...[one.id, version, key],
      );
    await expect(event(2, 'new')).rejects.toThrow(/tab_events_pkey/);
    await expect(event(3, 'opened')).rejects.toThrow(/tab_events_tab_id_dedupe_key_key/);
    const set = (assignment: string) => write(`update tabs set ${assignment} where id = ?`, one.id);
    await expect(set(`join_code = '${other.code}'`)).rejects.toThrow(/tabs_join_code/);
    await expect(set(`status = 'closed', closed_at = now()`)).rejects.toThrow(/tabs_codes_check/);
    await expect(set(`host_participant_id = '${randomUUID()}'`)).rejects.toThrow(
      /tabs_host_participant_fkey/,
    );
    await expect(
      write(`update tab_participants set shown_name = 'Ada' where id = ?`, one.people[1]),
    ).rejects.toThrow(/shown_name/);
  });
});
