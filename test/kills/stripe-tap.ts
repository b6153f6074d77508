/** A proxy to Stripe that tells of every call that changes something, as it is about to reach Stripe. */

import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Effects, Halt, Victim } from './effects.ts';
import type { Tap } from './postgres-tap.ts';

/** Starts one on a free port to the server of `url`. */
export async function openStripeTap(url: string, by: Victim, effects: Effects): Promise<Tap> {
  const attend = async (asked: IncomingMessage, answer: ServerResponse) => {
    const body = await readAll(asked);
    const ids = idsIn(`${asked.url} ${decodeURIComponent(body.toString())}`);
    const halt = asked.method === 'POST' ? await effects.arrives(by, callOf(asked), ids) : undefined;
    if (halt?.moment === 'before') return halt.reached();
    const { method, headers, url: path = '/' } = asked;
    const called = request(new URL(path, url), { method, headers });
    called.on('error', () => answer.destroy());
    called.on('response', (response) => void pass(response, answer, { ids, halt, effects }));
    called.end(body);
  };
  const server = createServer((asked, answer) => {
    // Who is killed in the middle of a request is not waited for.
    attend(asked, answer).catch(() => answer.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function pass(
  response: IncomingMessage,
  answer: ServerResponse,
  { ids, halt, effects }: { ids: readonly string[]; halt: Halt | undefined; effects: Effects },
): Promise<void> {
  const text = await readAll(response);
  for (const id of idsIn(text.toString()).filter((each) => each.includes('_'))) effects.relate(id, ids);
  if (halt) return halt.reached();
  answer.writeHead(response.statusCode!, response.headers).end(text);
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** What is called, without ids: `POST /v1/payment_intents/*` + `/confirm`. */
function callOf({ method, url = '/' }: IncomingMessage): string {
  return `${method} ${url.split('?')[0]!.replaceAll(/\/[a-z]+_[A-Za-z0-9]{6,}/g, '/*')}`;
}

/** Ids of ours, and of Stripe's objects of one payment. */
function idsIn(text: string): string[] {
  return [
    ...new Set(text.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b(?:pi|ch|re|py)_[A-Za-z0-9]+/g)),
  ];
}
