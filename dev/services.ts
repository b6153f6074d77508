/** Keeping processes running: one that ends without having been asked to is started again. */

import { setTimeout as delay } from 'node:timers/promises';
import type { StartedProcess } from './processes.ts';

/** Something that runs as a process of its own, and can be started again after it ended. */
export interface Service {
  readonly name: string;
  /** Those who use others are stopped before them. */
  readonly level: 'product' | 'stand-in';
  /** Resolves when it can be used. */
  start(): Promise<{ readonly process: StartedProcess }>;
}

/** The services of a start. */
export interface Services {
  /** Starts one and watches over it from then on. Rejects when its first start fails. */
  start(service: Service): Promise<void>;
  /** Stops those of that name and starts them again, e.g. after their sources changed. */
  restart(name: string): Promise<void>;
  /** Ends them all, the product first, and starts none again. Safe to repeat. */
  stop(): Promise<void>;
}

/** Who is told when a service ended by itself. */
export interface ServiceEvents {
  /** It will be started again after a moment. */
  onTrouble(name: string, ending: string): void;
  /** It ended five times within a minute and is left alone. */
  onGivenUp(name: string): void;
}

interface Running {
  readonly service: Service;
  current: StartedProcess | undefined;
  /** When it ended by itself, lately. */
  endings: number[];
  restarting: boolean;
}

const GIVE_UP_AFTER = 5;
const WITHIN_MS = 60_000;

/** Makes an empty set of services. */
export function createServices(events: ServiceEvents): Services {
  const all: Running[] = [];
  let stopping: Promise<void> | undefined;

  const launch = async (running: Running) => {
    const { process } = await running.service.start();
    running.current = process;
    if (stopping) await process.stop();
    void process.ended.then(() => ended(running, process));
  };

  const ended = async (running: Running, process: StartedProcess) => {
    if (stopping || running.restarting || running.current !== process) return;
    const end = process.end();
    events.onTrouble(running.service.name, end?.signal ?? `code ${end?.code}`);
    await again(running);
  };

  const again = async (running: Running): Promise<void> => {
    running.endings = [...running.endings.filter((at) => Date.now() - at < WITHIN_MS), Date.now()];
    if (running.endings.length >= GIVE_UP_AFTER) return events.onGivenUp(running.service.name);
    await delay(250 * 2 ** (running.endings.length - 1));
    if (stopping) return;
    try {
      await launch(running);
    } catch (error) {
      if (stopping) return;
      events.onTrouble(running.service.name, error instanceof Error ? error.message : String(error));
      await again(running);
    }
  };

  const stopLevel = async (level: Service['level']) => {
    const ofLevel = all.filter(({ service }) => service.level === level);
    await Promise.all(ofLevel.map(async ({ current }) => current?.stop(20_000)));
  };

  return {
    async start(service) {
      const running: Running = { service, current: undefined, endings: [], restarting: false };
      all.push(running);
      await launch(running);
    },
    async restart(name) {
      for (const running of all.filter(({ service }) => service.name === name)) {
        if (stopping || running.restarting) continue;
        running.restarting = true;
        running.endings = [];
        await running.current?.stop();
        running.restarting = false;
        await launch(running).catch((error: unknown) => events.onTrouble(name, String(error)));
      }
    },
    stop() {
      stopping ??= stopLevel('product').then(() => stopLevel('stand-in'));
      return stopping;
    },
  };
}
