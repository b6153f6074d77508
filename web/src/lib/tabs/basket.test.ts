import { afterAll, describe, expect, test, vi } from 'vitest';
import type { TabLine } from '#domain/contract/basket.ts';
import type { Tab } from '#domain/contract/tabs.ts';
import { isolate } from '#domain/isolate.ts';
import { applyTabPatch } from '#domain/patch.ts';
import { cleanLine } from '#domain/text.ts';
import type { ApiError } from '../api/api-error.ts';
import { isFulfilled } from './basket-edits.ts';
import { Basket } from './basket.svelte.ts';
import { aTab, aTabLine, aViewer, PEOPLE } from './tab-builder.ts';
import { LiveTab } from './live-tab.svelte.ts';
import { computeParts } from './parts.ts';
import { TabNews } from './tab-news.ts';
import { initialsOf, peopleIn } from './people.ts';

const [ADA, BEN] = PEOPLE;
afterAll(() => void vi.unstubAllGlobals());

/** The API of one tab, whose answers a test decides one by one. */
function aShop(lines: TabLine[] = []) {
  const live = new LiveTab(aTab().id);
  live.accept({ tab: aTab({ lines }), viewer: aViewer() });
  const asked: { path: string; body: unknown; key: string | null; answer: (reply: Reply) => void }[] = [];
  vi.stubGlobal(
    'fetch',
    (path: string, init: RequestInit) =>
      new Promise<Response>((resolve, reject) =>
        asked.push({
          path: `${init.method} ${path.replace(aTab().id, 'tab')}`,
          body: init.body ? JSON.parse(init.body as string) : undefined,
          key: new Headers(init.headers).get('idempotency-key'),
          answer: ({ status = 200, ...rest }) =>
            status === 0
              ? reject(new TypeError('no network'))
              : resolve(Response.json('error' in rest ? rest : { ...rest, viewer: aViewer() }, { status })),
        }),
      ),
  );
  const refused: ApiError[] = [];
  const lost: TabLine[] = [];
  const basket = new Basket(live, {
    refused: (error) => refused.push(error),
    lost: (line) => lost.push(line),
  });
  const shown = () => basket.lines.map(({ name, quantity, amount }) => `${quantity} ${name} ${amount}`);
  const next = async (count: number) => {
    await vi.waitFor(() => expect(asked.length).toBe(count));
    return asked[count - 1]!;
  };
  return { live, basket, asked, shown, next, refused, lost };
}
type Reply = { status?: number; tab?: Tab; error?: { code: string; message: string; details?: unknown } };
const tea = aTabLine({ id: 'tea', name: 'Tea', unitAmount: 350, quantity: 1 });
const by = (version: number, lines: TabLine[]): Reply => ({ tab: aTab({ version, lines }) });

describe('a basket', () => {
  test('shows a new line at once, and keeps its place on the page when it is told before it is answered', async () => {
    const { basket, live, shown, next } = aShop();
    const { id: _id, version: _version, ...line } = tea;
    basket.add({ variantId: tea.variantId, quantity: 1 }, line);
    expect(shown()).toEqual(['1 Tea 350']);
    const { key } = basket.lines[0]!;
    live.accept({ tab: aTab({ version: 2, lines: [tea] }), viewer: aViewer() });
    expect(basket.lines.map((one) => one.key)).toEqual([key]);
    (await next(1)).answer({ status: 201, ...by(2, [tea]) });
    await vi.waitFor(() => expect(basket.isSending).toBe(false));
    expect(basket.lines.map((one) => [one.id, one.key])).toEqual([['tea', key]]);
  });

  test.each(['Hot', 'no  onions', 'cre\u0301me', 'בלי בצל'])(
    'knows its own line again by the note %j',
    async (note) => {
      const { basket, live, next } = aShop();
      const { id: _id, version: _version, ...line } = tea;
      const stored = { ...tea, note: isolate(cleanLine(note)) };
      basket.add({ variantId: tea.variantId, quantity: 1, note }, { ...line, note });
      live.accept({ tab: aTab({ version: 2, lines: [stored] }), viewer: aViewer() });
      expect(basket.lines).toHaveLength(1);
      // What she changes before the answer goes to that line.
      basket.change(basket.lines[0]!, { body: { quantity: 2 }, shown: { quantity: 2 } });
      (await next(1)).answer({ status: 201, ...by(2, [stored]) });
      expect((await next(2)).path).toBe('PATCH /api/tabs/tab/lines/tea');
      // A conflict with what a lost answer had stored is none.
      expect(isFulfilled(stored, { body: { note }, shown: { note } })).toBe(true);
    },
  );

  test('sends what is pressed quickly as one change after the first, each based on the version before', async () => {
    const { basket, shown, next } = aShop([tea]);
    for (const quantity of [2, 3, 4])
      basket.change(basket.lines[0]!, { body: { quantity }, shown: { quantity } });
    expect(shown()).toEqual(['4 Tea 1400']);
    const first = await next(1);
    expect(first.body).toEqual({ quantity: 2, ifVersion: 1 });
    first.answer(by(2, [{ ...tea, quantity: 2, amount: 700, version: 2 }]));
    const second = await next(2);
    expect(second.body).toEqual({ quantity: 4, ifVersion: 2 });
    expect(shown()).toEqual(['4 Tea 1400']);
    second.answer(by(3, [{ ...tea, quantity: 4, amount: 1400, version: 3 }]));
    await vi.waitFor(() => expect(basket.isSending).toBe(false));
    expect(shown()).toEqual(['4 Tea 1400']);
  });

  test('shows the line as somebody else has left it, and applies the change to that when asked to', async () => {
    const { basket, shown, next } = aShop([tea]);
    basket.change(basket.lines[0]!, { body: { note: 'Hot' }, shown: { note: 'Hot' } });
    const theirs = { ...tea, quantity: 2, amount: 700, version: 2 };
    const details = { line: theirs };
    (await next(1)).answer({ status: 409, error: { code: 'version_conflict', message: '', details } });
    (await next(2)).answer(by(2, [theirs]));
    await vi.waitFor(() => expect(basket.lines[0]!.edit?.state).toBe('conflict'));
    expect(shown()).toEqual(['2 Tea 700']);
    expect(basket.lines[0]!.note).toBeNull();
    basket.applyMine(basket.lines[0]!.key);
    const again = await next(3);
    expect(again.body).toEqual({ note: 'Hot', ifVersion: 2 });
    again.answer(by(3, [{ ...theirs, note: 'Hot', version: 3 }]));
    await vi.waitFor(() => expect(basket.lines[0]!.edit).toBeUndefined());
    expect(basket.lines[0]!.note).toBe('Hot');
  });

  test('takes a conflict with itself for the answer that was lost', async () => {
    const { basket, next } = aShop([tea]);
    basket.change(basket.lines[0]!, { body: { quantity: 2 }, shown: { quantity: 2 } });
    (await next(1)).answer({ status: 0 });
    await vi.waitFor(() => expect(basket.hasUnsent).toBe(true));
    basket.retry();
    const done = { ...tea, quantity: 2, amount: 700, version: 2 };
    const details = { line: done };
    (await next(2)).answer({ status: 409, error: { code: 'version_conflict', message: '', details } });
    (await next(3)).answer(by(2, [done]));
    await vi.waitFor(() => expect(basket.lines[0]!.edit).toBeUndefined());
    expect(basket.lines[0]!.quantity).toBe(2);
  });

  test('adds the same to the line that she has, also to what somebody else has made of it; else a line of its own', async () => {
    const { basket, asked, shown, next, refused } = aShop([tea]);
    const { id: _id, version: _version, ...line } = tea;
    const add = (fields: Partial<TabLine> = {}, onRefused?: () => void) =>
      basket.add({ variantId: tea.variantId, quantity: 1 }, { ...line, ...fields }, onRefused);
    add();
    add();
    expect(shown()).toEqual(['3 Tea 1050']);
    const first = await next(1);
    expect([first.path, first.body]).toEqual([
      'PATCH /api/tabs/tab/lines/tea',
      { quantity: 2, ifVersion: 1 },
    ]);
    const theirs = { ...tea, quantity: 5, amount: 1750, version: 2 };
    first.answer({
      status: 409,
      error: { code: 'version_conflict', message: '', details: { line: theirs } },
    });
    const again = await next(2);
    expect(again.body).toEqual({ quantity: 7, ifVersion: 2 });
    again.answer(by(3, [{ ...tea, quantity: 7, amount: 2450, version: 3 }]));
    await vi.waitFor(() => expect(basket.isSending).toBe(false));

    // A try without an answer may have been carried out: she decides.
    add();
    (await next(3)).answer({ status: 0 });
    await vi.waitFor(() => expect(basket.hasUnsent).toBe(true));
    basket.retry();
    const other = { ...tea, quantity: 9, amount: 3150, version: 4 };
    (await next(4)).answer({
      ...{ status: 409, error: { code: 'version_conflict', message: '', details: { line: other } } },
    });
    (await next(5)).answer(by(4, [other]));
    await vi.waitFor(() => expect(basket.lines[0]!.edit?.state).toBe('conflict'));
    basket.discard(basket.lines[0]!.key);

    const shared = [ADA, BEN].map((participantId) => ({ participantId, weight: 1 }));
    add({ note: 'Hot' });
    add({ sharedBetween: shared });
    add({ participantId: BEN, sharedBetween: [{ participantId: BEN, weight: 1 }] });
    add({ quantity: 99 });
    await vi.waitFor(() =>
      expect(asked.slice(5).map(({ path }) => path.split(' ')[0])).toEqual(Array(4).fill('POST')),
    );
    // What is refused is told to who gave it: the cart takes its line back.
    const back = vi.fn<() => void>();
    add({ note: 'Cold' }, back);
    (await next(10)).answer({ status: 409, error: { code: 'over_spending_limit', message: '' } });
    await vi.waitFor(() => expect(refused).toHaveLength(1));
    expect(back).toHaveBeenCalledOnce();
    add({}, back);
    (await next(11)).answer({ status: 409, error: { code: 'over_spending_limit', message: '' } });
    await vi.waitFor(() => expect(refused).toHaveLength(2));
    expect(back).toHaveBeenCalledTimes(2);
  });

  test('takes back what the API refuses, tells of a line that is gone, and removes at once', async () => {
    const { basket, shown, next, refused, lost } = aShop([tea]);
    basket.change(basket.lines[0]!, { body: { quantity: 9 }, shown: { quantity: 9 } });
    (await next(1)).answer({ status: 409, error: { code: 'over_spending_limit', message: '' } });
    await vi.waitFor(() => expect(refused.map(({ code }) => code)).toEqual(['over_spending_limit']));
    expect(shown()).toEqual(['1 Tea 350']);
    basket.change(basket.lines[0]!, { body: { quantity: 2 }, shown: { quantity: 2 } });
    (await next(2)).answer({ status: 404, error: { code: 'not_found', message: '' } });
    await vi.waitFor(() => expect(lost.map(({ quantity }) => quantity)).toEqual([2]));
    (await next(3)).answer(by(1, [tea]));
    basket.remove(basket.lines[0]!);
    expect(shown()).toEqual([]);
    expect((await next(4)).path).toBe('DELETE /api/tabs/tab/lines/tea?ifVersion=1');
  });
});

test('a patch keeps everything in its place, and does no harm twice', () => {
  const juice = aTabLine({ id: 'juice', name: 'Juice' });
  const tab = aTab({ lines: [tea, juice] });
  const patch = {
    fields: { title: 'Lunch' },
    lines: [aTabLine({ id: 'cake', name: 'Cake' }), { ...tea, quantity: 3 }],
    removedLines: ['juice'],
  };
  const once = applyTabPatch(tab, patch);
  expect(once.title).toBe('Lunch');
  expect(once.lines.map(({ id, quantity }) => [id, quantity])).toEqual([
    ['tea', 3],
    ['cake', 1],
  ]);
  expect(applyTabPatch(once, patch)).toEqual(once);
});

test('everybody’s part of a shared line is by weight, and sums to it', () => {
  const sharedBetween = [
    { participantId: ADA, weight: 2 },
    { participantId: BEN, weight: 1 },
  ];
  const parts = computeParts('eur', [{ id: 'pizza', amount: 1300, sharedBetween }]);
  expect([parts.of(ADA), parts.ofLine('pizza', BEN), parts.totalAmount]).toEqual([867, 433, 1300]);
});

test('tells who comes, that all are ready, and of a dish that is shared with her; not what she finds', () => {
  const news = new TabNews();
  const nobody = { here: new Set<string>(), choosing: new Set<string>() };
  const people = peopleIn(aTab(), aViewer(), nobody);
  const look = (of: Partial<Parameters<TabNews['read']>[0]>) =>
    news.read({ people, lines: [], selfId: ADA, ...of }).map(({ kind }) => kind);
  expect(look({ people: people.slice(0, 1) })).toEqual([]);
  expect(look({})).toEqual(['joined']);
  const shown = (line: TabLine) => ({ ...line, key: line.id, edit: undefined });
  const dish = shown({
    ...tea,
    participantId: BEN,
    sharedBetween: [
      { participantId: ADA, weight: 1 },
      { participantId: BEN, weight: 1 },
    ],
  });
  expect(look({ lines: [dish] })).toEqual(['shared']);
  expect(look({ lines: [dish] })).toEqual([]);
  const ready = people.map((person) => ({ ...person, isReady: true }));
  expect(look({ people: ready, lines: [dish, shown({ ...tea, id: 'own' })] })).toEqual(['all_ready']);
});

test('initials are what people would write', () => {
  expect(['Ada Lovelace', 'ben', 'Mia 2', '\u2068דנה כהן\u2069', '👩‍🍳 Chef', ''].map(initialsOf)).toEqual([
    ...['AL', 'B', 'M2', 'דכ', '👩‍🍳C', ''],
  ]);
});
