/** Many open tabs on one API process, everybody's phone connected. */

import { setTimeout as delay } from 'node:timers/promises';
import type { TabChanged } from '../../domain/socket.ts';
import { now } from '../load/customers.ts';
import { readMemory } from '../memory.ts';
import { difference } from '../phase.ts';
import { readProcessorTimes } from '../processor-time.ts';
import type { Stack } from '../stack.ts';
import { expect, openTab, type Phone, type SeatedTab } from './phones.ts';

export interface ManyTabs {
  readonly tabs: number;
  readonly people: number;
  /** How long each of the two states lasts: nobody does anything, then one change a second for every ten tabs. */
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** The result. Memory is the API process', resident. */
export interface Kept {
  readonly tabs: number;
  readonly people: number;
  readonly beforeMiB: number | undefined;
  readonly openMiB: number | undefined;
  readonly endMiB: number | undefined;
  /** Processor time per second, by process. */
  readonly quietMs: Readonly<Record<string, number>> | undefined;
  readonly busyMs: Readonly<Record<string, number>> | undefined;
  readonly changesPerSecond: number;
  /** Milliseconds from a change's request to all screens of its tab. */
  readonly everyScreen: readonly number[];
}

const OPENED_AT_A_TIME = 4;
const TABS_PER_CHANGE = 10;
/** The end of welcomes: screens and processes hear who is here, and garbage is collected. */
const SETTLE_MS = 5_000;
const PATIENCE_MS = 10_000;

/** Opens the tabs, leaves them alone, then lets their people add lines. */
export async function keepManyTabs(stack: Stack, load: ManyTabs): Promise<Kept> {
  const { tabs, people, seconds, signal } = load;
  const memory = () => readMemory(stack.pids['api']!);
  const changes = new Map<string, { sentAt: number; arrivals: Map<Phone, number> }>();
  const see = (phone: Phone, { patch }: TabChanged) => {
    const at = now();
    for (const { note } of patch?.lines ?? []) changes.get(note ?? '')?.arrivals.set(phone, at);
  };
  const beforeMiB = memory();
  const seated: SeatedTab[] = [];
  const seat = async () => {
    const more = Math.min(OPENED_AT_A_TIME, tabs - seated.length);
    const open = (index: number) =>
      openTab({ apiUrl: stack.apiUrl, people, network: `10.3.${index}.1`, onChanged: see });
    seated.push(...(await Promise.all(Array.from({ length: more }, (_, at) => open(seated.length + at)))));
  };
  const during = async (work: () => Promise<unknown>) => {
    const before = readProcessorTimes(stack.pids);
    const start = performance.now();
    await work();
    const spent = difference(before, readProcessorTimes(stack.pids));
    const elapsed = (performance.now() - start) / 1000;
    return spent && Object.fromEntries(Object.entries(spent).map(([name, ms]) => [name, ms / elapsed]));
  };
  const change = async (index: number) => {
    const { tab, phones } = seated[index % tabs]!;
    const phone = phones[Math.floor(index / tabs) % people]!;
    const note = `change ${index}`;
    changes.set(note, { sentAt: now(), arrivals: new Map() });
    const path = `/api/tabs/${tab.id}/lines`;
    expect(await phone.send('POST', path, { variantId: stack.variantId, quantity: 1, note }), 201, path);
  };
  const areAllSeen = () => [...changes.values()].every(({ arrivals }) => arrivals.size === people);

  try {
    while (seated.length < tabs) {
      signal.throwIfAborted();
      await seat();
    }
    await delay(SETTLE_MS, undefined, { signal });
    const openMiB = memory();
    const quietMs = await during(() => delay(seconds * 1000, undefined, { signal }));
    const changesPerSecond = tabs / TABS_PER_CHANGE;
    const busyMs = await during(async () => {
      const sent: Promise<void>[] = [];
      const start = performance.now();
      for (let index = 0; index < changesPerSecond * seconds; index += 1) {
        const due = start + (index * 1000) / changesPerSecond;
        await delay(Math.max(0, due - performance.now()), undefined, { signal });
        sent.push(change(index));
      }
      await Promise.all(sent);
    });
    for (const until = Date.now() + PATIENCE_MS; !areAllSeen(); await delay(10, undefined, { signal }))
      if (Date.now() > until) throw new Error('a change did not reach every screen within ten seconds');
    return {
      ...{ tabs, people, beforeMiB, openMiB, endMiB: memory(), quietMs, busyMs, changesPerSecond },
      everyScreen: [...changes.values()].map(
        ({ sentAt, arrivals }) => Math.max(...arrivals.values()) - sentAt,
      ),
    };
  } finally {
    for (const { close } of seated) close();
  }
}
