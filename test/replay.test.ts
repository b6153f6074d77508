import { statement } from './setup/statement.ts';
import { query } from '../db/sql.ts';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import proto from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setting } from '../dev/environment.ts';
import { PATHS } from './harness/paths.ts';
import { startSystem, type System } from './harness/system.ts';
import { findSecrets } from './invariants/secrets.ts';
import { textOfHistory } from './invariants/history-text.ts';
import { replayHistories } from './invariants/replay.ts';
import { addProduct } from './setup/menu.ts';
import { bundleOnce } from './setup/workflow-bundle.ts';

/** `npm run histories` sets it, to the names of paths to record anew; those without a file always are. */
const RECORDED = setting('RECORD_HISTORIES')?.split(',');
const isRecording = RECORDED !== undefined;
const FOLDER = fileURLToPath(new URL('histories', import.meta.url));

const { History } = proto.temporal.api.history.v1;
type History = proto.temporal.api.history.v1.IHistory;

/** The stored form: readable, without the machine's name. */
function write(name: string, history: History): void {
  const plain = History.toObject(History.fromObject(history), {
    enums: String,
    longs: String,
    bytes: String,
  });
  const text = JSON.stringify(plain, (key, value: unknown) => (key === 'identity' ? 'worker' : value), 1);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FOLDER}/${name}.json`, `${text.replaceAll(hostname(), 'machine')}\n`);
}

/** What a release has recorded stays as it is, unless it is asked for. */
function isToWrite(name: string): boolean {
  return isRecording && (RECORDED.includes(name) || !existsSync(`${FOLDER}/${name}.json`));
}

describe('histories of the main paths, played now', () => {
  let system: System;
  const histories: { name: string; workflowId: string; history: History }[] = [];
  beforeAll(async () => {
    system = await startSystem();
    const product = await addProduct(system.databases, {
      name: 'Zebra cake',
      variants: [{ name: 'Regular', unitAmount: 350, available: 50 }],
    });
    const play = async ([name, path]: (typeof entries)[number]) => {
      const ids = await path(system, product.variants[0]!.id);
      for (const [index, workflowId] of ids.entries()) {
        const history = await system.temporal.workflow.getHandle(workflowId).fetchHistory();
        histories.push({ name: index === 0 ? name : `${name}-refund`, workflowId, history });
      }
    };
    const entries = Object.entries(PATHS);
    for (let next = 0; next < entries.length; next += 4)
      await Promise.all(entries.slice(next, next + 4).map(play));
    for (const { name, history } of histories) if (isToWrite(name)) write(name, history);
  });
  afterAll(() => system?.stop());

  test('are those of every path', () => {
    expect(new Set(histories.map(({ name }) => name.replace(/-refund$/, '')))).toEqual(
      new Set(Object.keys(PATHS)),
    );
  });

  test('replay', async () => {
    const all = histories.map(({ workflowId, history }) => ({ workflowId, history }));
    const results = [];
    for await (const result of replayHistories(await bundleOnce(), all)) {
      results.push(result);
    }
    expect(results.filter(({ error }) => error)).toEqual([]);
    expect(results).toHaveLength(histories.length);
  });

  test('hold nothing that anybody wrote, nor anything that lets somebody pay or look', async () => {
    const read = (text: string) =>
      query<{ value: string }>(system.databases.orders.em.fork(), statement(text));
    const values = (
      await Promise.all([
        read(`select name as value from participants union select email from participants`),
        read(
          `select place->>'label' as value from orders union select place->>'name' from orders union select place->>'note' from orders union select note from lines union select name from lines`,
        ),
        read(
          `select reason as value from cancel_requests union select reason from refunds where request_hash <> ''`,
        ),
        read(
          `select client_secret as value from payments union select payment_method_id from payment_attempts`,
        ),
        read(
          `select reason_text as value from changes union select draft->'add'->0->>'note' from changes union select draft->'set'->0->>'note' from changes`,
        ),
        read(`select recipient as value from mails union select data->>'url' from mails`),
      ])
    ).flatMap((rows) => rows.flatMap(({ value }) => (value ? [{ what: value, value }] : [])));
    const written = values.map(({ value }) => value).join('\n');
    // Guards against an empty table, with which this test would pass.
    for (const expected of [
      'Wilhelmina',
      '@guest.test',
      'Lane of the Lark',
      'extra hot please',
      'Zebra cake',
    ]) {
      expect(written).toContain(expected);
    }
    for (const expected of [
      'Grandmother telephoned',
      'Oven exploded',
      'Lukewarm soup',
      'Lukewarm after all',
      'Asked the waiter for it',
      '_secret_',
      'pm_card_visa',
    ]) {
      expect(written).toContain(expected);
    }
    const secrets = [
      ...values,
      ...['Wilhelmina', 'guest.test', 'Grandmother', 'Lukewarm', 'Zebra', '_secret_', 'pm_card'].map(
        (value) => ({ what: value, value }),
      ),
      ...[system.config.appSecrets[0], system.config.stripe.secretKey].map((value) => ({
        what: value,
        value,
      })),
    ];
    for (const { name, history } of histories) {
      const text = textOfHistory(history);
      expect(findSecrets(text, secrets), name).toEqual([]);
      for (const { value } of secrets.slice(values.length)) expect(text, name).not.toContain(value);
    }
    expect(findSecrets(textOfHistory({ a: [{ note: 'so, Extra hot please!' }] }), secrets)).toEqual([
      'extra hot please',
    ]);
  });
});

describe('recorded histories', () => {
  const files = isRecording ? [] : readdirSync(FOLDER).filter((file) => file.endsWith('.json'));

  test.skipIf(isRecording)('are there for every path', () => {
    const names = new Set(files.map((file) => file.replace(/(-refund)?\.json$/, '')));
    expect(names).toEqual(new Set(Object.keys(PATHS)));
  });

  test.skipIf(isRecording)('replay with the workflows as they are now', async () => {
    const histories = files.map((file) => ({
      workflowId: file,
      history: History.fromObject(JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8'))),
    }));
    const failed: string[] = [];
    for await (const { workflowId, error } of replayHistories(await bundleOnce(), histories)) {
      if (error) failed.push(`${workflowId}: ${error.message}`);
    }
    expect(
      failed,
      'orders that run now would not go on: keep the old way under patched(), or, where none was ever released, record anew with npm run histories',
    ).toEqual([]);
  });
});
