/** Many people who fill one basket at the same time. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Tab } from '../../domain/contract/tabs.ts';
import type { TabChanged } from '../../domain/socket.ts';
import { now } from '../load/customers.ts';
import { difference } from '../phase.ts';
import { readProcessorTimes } from '../processor-time.ts';
import type { Stack } from '../stack.ts';
import { expect, openTab, type Phone } from './phones.ts';

export interface EditLoad {
  readonly people: number;
  readonly seconds: number;
  /** Interval of one person's changes. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/** The result. Durations are in milliseconds since a change's request was sent. */
export interface Edited {
  readonly people: number;
  readonly changes: number;
  /** Lines in the basket at the end. */
  readonly lines: number;
  /** Until the response. */
  readonly answer: readonly number[];
  /** Until one screen had it: a sample per change and screen. */
  readonly screen: readonly number[];
  /** Until the last screen had it: a sample per change. */
  readonly everyScreen: readonly number[];
  /** What one screen received, per change. */
  readonly eventsPerChange: number;
  readonly bytesPerChange: number;
  /** The response to a change, as sent to a browser. */
  readonly answerBytes: number;
  /** Processor time per change, by process. */
  readonly processorMs: Readonly<Record<string, number>> | undefined;
}

/** A change on its way to the screens, known by what it leaves there. */
interface Change {
  readonly sentAt: number;
  readonly arrivals: Map<Phone, number>;
}

/** A line that somebody has added. */
interface OwnLine {
  readonly id: string;
  version: number;
}

const PATIENCE_MS = 10_000;
const MOST_LINES_EACH = 3;

/** Lets everybody change something at `everyMs`, and resolves when all screens have seen all changes. */
export async function editTogether(stack: Stack, load: EditLoad): Promise<Edited> {
  const { people, seconds, everyMs, signal } = load;
  const changes = new Map<string, Change>();
  const answers: { ms: number; bytes: number }[] = [];
  let lineCount = 0;

  const see = (phone: Phone, { patch }: TabChanged) => {
    const at = now();
    const marks = [...(patch?.lines ?? []).map(({ note }) => note), ...(patch?.removedLines ?? [])];
    for (const mark of marks) {
      const change = mark === null ? undefined : changes.get(mark);
      if (change && !change.arrivals.has(phone)) change.arrivals.set(phone, at);
    }
  };
  const { tab, phones, close } = await openTab({
    apiUrl: stack.apiUrl,
    people,
    network: '10.2.0.1',
    onChanged: see,
  });
  const path = `/api/tabs/${tab.id}/lines`;

  /** Sends a change that leaves `mark` on the screens: a line's note, or the id of a removed line. */
  const send = async (phone: Phone, mark: string, ...request: Parameters<Phone['send']>): Promise<Tab> => {
    const sentAt = now();
    changes.set(mark, { sentAt, arrivals: new Map() });
    const answer = await phone.send(...request);
    answers.push({ ms: now() - sentAt, bytes: answer.bytes });
    const body = expect(answer, request[0] === 'POST' ? 201 : 200, request[1]) as { tab: Tab };
    lineCount = body.tab.lines.length;
    return body.tab;
  };

  /** Adds a line, alone or with others; changes it; and removes the oldest once there are some. */
  const edit = async (index: number): Promise<void> => {
    const phone = phones[index]!;
    const own: OwnLine[] = [];
    const neighbors = [1, 2].map((step) => phones[(index + step) % people]!.participantId);
    const start = performance.now() + (everyMs * index) / people;
    for (let step = 0; step * everyMs < seconds * 1000; step += 1) {
      await delay(Math.max(0, start + step * everyMs - performance.now()), undefined, { signal });
      const note = `${index}:${step}`;
      const [oldest] = own;
      if (step % 2 === 1) {
        const line = own.at(-1)!;
        const after = await send(phone, note, 'PATCH', `${path}/${line.id}`, {
          ifVersion: line.version,
          quantity: 1 + (step % 3),
          note,
        });
        line.version = after.lines.find(({ id }) => id === line.id)!.version;
      } else if (own.length >= MOST_LINES_EACH) {
        own.shift();
        await send(phone, oldest!.id, 'DELETE', `${path}/${oldest!.id}?ifVersion=${oldest!.version}`);
      } else {
        const isShared = step % 4 === 0;
        const after = await send(phone, note, 'POST', path, {
          variantId: stack.variantId,
          quantity: 1,
          note,
          ...(isShared && {
            sharedBetween: [phone.participantId, ...neighbors].map((participantId) => ({ participantId })),
          }),
        });
        own.push(after.lines.find((line) => line.note === note)!);
      }
    }
  };

  try {
    for (const { received } of phones) Object.assign(received, { events: 0, bytes: 0 });
    const before = readProcessorTimes(stack.pids);
    await Promise.all(phones.map((_, index) => edit(index)));
    const all = [...changes.values()];
    const isSeen = () => all.every(({ arrivals }) => arrivals.size === people);
    for (const until = Date.now() + PATIENCE_MS; !isSeen(); await delay(10, undefined, { signal }))
      if (Date.now() > until) throw new Error('a change did not reach every screen within ten seconds');
    const processorMs = difference(before, readProcessorTimes(stack.pids));
    const perChange = (total: number) => total / all.length;
    const sum = (name: 'events' | 'bytes') =>
      phones.reduce((total, { received }) => total + received[name], 0) / people;
    return {
      people,
      changes: all.length,
      lines: lineCount,
      answer: answers.map(({ ms }) => ms),
      screen: all.flatMap(({ sentAt, arrivals }) => [...arrivals.values()].map((at) => at - sentAt)),
      everyScreen: all.map(({ sentAt, arrivals }) => Math.max(...arrivals.values()) - sentAt),
      eventsPerChange: perChange(sum('events')),
      bytesPerChange: perChange(sum('bytes')),
      answerBytes: perChange(answers.reduce((total, { bytes }) => total + bytes, 0)),
      processorMs:
        processorMs &&
        Object.fromEntries(Object.entries(processorMs).map(([name, ms]) => [name, perChange(ms)])),
    };
  } finally {
    close();
  }
}
