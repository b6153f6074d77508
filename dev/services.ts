/** Supervises processes: one that ends without a request is restarted. */

import { setTimeout as delay } from 'node:timers/promises';
import type { StartedProcess } from './processes.ts';

/** A restartable process. */
export interface Service {
  readonly name: string;
  /** Services that use others stop first. */
  readonly level: 'product' | 'stand-in';
  /** Resolves when it is usable. */
  start(): Promise<{ readonly process: StartedProcess }>;
}

/** The services of a start. */
export interface Services {
  /** Starts and supervises one. Rejects if its first start fails. */
  start(service: Service): Promise<void>;
  /** Restarts the services of that name, for example after their sources changed. */
  restart(name: string): Promise<void>;
  /** Ends them all, the product first, without restarts. Idempotent. */
  stop(): Promise<void>;
}

/** Receives events of services that ended by themselves. */
export interface ServiceEvents {
  /** It will be restarted after a moment. */
  onTrouble(name: string, ending: string): void;
  /** It ended five times within a minute and stays down. */
  onGivenUp(name: string): void;
}

interface Running {
  readonly service: Service;
  current: StartedProcess | undefined;
  /** Times of its recent unexpected ends. */
  endings: number[];
  restarting: boolean;
}

const GIVE_UP_AFTER = 5;
const WITHIN_MS = 60_000;

/** Creates an empty set of services. */
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
