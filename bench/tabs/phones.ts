/** People of a tab, each with a phone: requests over HTTP, and a socket that follows the tab. */

import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import type { OpenTab, Tab } from '../../domain/contract/tabs.ts';
import type { TabChanged } from '../../domain/socket.ts';
import { connect, type ClientSocket } from '../load/customers.ts';
import { sendJson, type JsonAnswer } from '../load/send-json.ts';

/** A participant's phone. */
export interface Phone {
  readonly participantId: string;
  readonly guestToken: string;
  readonly socket: ClientSocket;
  /** What its socket has received since it watches the tab. */
  readonly received: { events: number; bytes: number };
  /** Sends a request as its owner, safe to repeat. Never rejects for the status of a response. */
  send(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<JsonAnswer>;
}

/** A tab whose people all watch it. The first opened it. */
export interface SeatedTab {
  readonly tab: Tab;
  readonly phones: readonly [Phone, ...Phone[]];
  close(): void;
}

interface Welcome {
  readonly tab: Tab;
  readonly participant: { readonly id: string };
  readonly guestToken: string;
}

/** Opens a tab, lets `people` join it by its link, and resolves when all of them watch it. */
export async function openTab(options: {
  readonly apiUrl: string;
  readonly people: number;
  /** The address from which they come, for the limits. */
  readonly network: string;
  readonly settlement?: OpenTab['settlement'];
  readonly onChanged?: (phone: Phone, change: TabChanged) => void;
}): Promise<SeatedTab> {
  const { apiUrl, people, network, settlement, onChanged } = options;
  const from = { 'X-Forwarded-For': network };
  const agent = new Agent({ keepAlive: true, maxSockets: people });
  const ask = async (path: string, body: object) => {
    const headers = { ...from, 'Idempotency-Key': randomUUID() };
    const answer = await sendJson(agent, new URL(path, apiUrl), { body, headers });
    return expect(answer, 201, path) as Welcome;
  };
  const opened = await ask('/api/tabs', {
    name: nameOf(0),
    title: 'Lunch',
    ...(settlement && { settlement }),
  });
  const secret = new URL(opened.tab.joinUrl!).hash.slice(1);
  const welcomes = [opened];
  for (let index = 1; index < people; index += 1)
    welcomes.push(await ask('/api/tabs/join', { secret, name: nameOf(index) }));

  const phones = await Promise.all(
    welcomes.map((welcome) => pickUp({ agent, apiUrl, from, onChanged }, welcome)),
  );
  return {
    tab: opened.tab,
    phones: phones as [Phone, ...Phone[]],
    close: () => {
      for (const { socket } of phones) socket.disconnect();
      agent.destroy();
    },
  };
}

/** Returns the body of a response. Throws if it has another status. */
export function expect({ status, body }: JsonAnswer, wanted: number, path: string): unknown {
  if (status === wanted) return body;
  throw new Error(`${path} answers ${status}: ${JSON.stringify(body)}`);
}

async function pickUp(
  options: {
    readonly agent: Agent;
    readonly apiUrl: string;
    readonly from: Readonly<Record<string, string>>;
    readonly onChanged: ((phone: Phone, change: TabChanged) => void) | undefined;
  },
  { tab, participant, guestToken }: Welcome,
): Promise<Phone> {
  const { agent, apiUrl, from, onChanged } = options;
  const socket = await connect(apiUrl, from);
  const received = { events: 0, bytes: 0 };
  const phone: Phone = {
    participantId: participant.id,
    guestToken,
    socket,
    received,
    send: (method, path, body) =>
      sendJson(agent, new URL(path, apiUrl), {
        method,
        ...(body && { body }),
        headers: {
          ...from,
          Authorization: `Guest ${guestToken}`,
          'Accept-Encoding': 'br',
          ...(method === 'POST' && { 'Idempotency-Key': randomUUID() }),
        },
      }),
  };
  await new Promise<void>((resolve, reject) => {
    socket.emit('tab:watch', { tabId: tab.id, guestToken }, (answer) => {
      if ('error' in answer) reject(new Error(`tab:watch answers ${answer.error.code}`));
      else resolve();
    });
  });
  socket.on('tab:changed', (change) => onChanged?.(phone, change));
  socket.io.engine.on('packet', ({ type, data }: { type: string; data?: unknown }) => {
    if (type !== 'message') return;
    received.events += 1;
    received.bytes += Buffer.byteLength(String(data));
  });
  return phone;
}

function nameOf(index: number): string {
  return `Guest ${index + 1}`;
}
