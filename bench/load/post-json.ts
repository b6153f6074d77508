import { request, type Agent } from 'node:http';

/** A response with its parsed body. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Posts JSON over a kept-alive connection of `agent`; resolves with the complete response. */
export function postJson(
  agent: Agent,
  url: URL,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<JsonAnswer> {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const sent = request(url, {
      agent,
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Content-Length': String(Buffer.byteLength(text)),
        ...headers,
      },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const received = Buffer.concat(chunks).toString('utf8');
        try {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(received) });
        } catch {
          reject(new Error(`${url.pathname} answers ${response.statusCode} without JSON: ${received}`));
        }
      });
    });
    sent.end(text);
  });
}
