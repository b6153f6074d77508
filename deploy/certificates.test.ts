import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type Server } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { temporalConnection } from '../temporal/connection.ts';

const SCRIPT = fileURLToPath(new URL('temporal/make-certificates.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sharetab-certificates-'));
const [ofServer, ofClient] = [join(folder, 'server'), join(folder, 'client')];
const make = () => execFileSync(process.execPath, [SCRIPT, ofServer, ofClient], { encoding: 'utf8' });
const read = (...path: string[]) => readFileSync(join(...path));

/** A server that requires a client certificate, as Temporal does in docker-compose.yml. */
let server: Server;

beforeAll(async () => {
  for (const path of [ofServer, ofClient]) mkdirSync(path);
  make();
  server = createServer(
    {
      cert: read(ofServer, 'cert.pem'),
      key: read(ofServer, 'key.pem'),
      ca: read(ofServer, 'ca.pem'),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (socket) => socket.end('welcome'),
  );
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

const settings = (more: Record<string, string> = {}) =>
  readConfig({
    STRIPE_SECRET_KEY: 'sk_test_x',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_x',
    STRIPE_WEBHOOK_SECRET: 'whsec_x',
    APP_SECRET: 'q7Vw2Lz9Xr4Tn8Bk1Hc6Jd3Fs5Gp0YmWe',
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: join(ofClient, 'ca.pem'),
    TEMPORAL_TLS_SERVER_NAME: 'temporal',
    ...more,
  }).temporal;
const withCertificate = {
  TEMPORAL_TLS_CLIENT_CERT_PATH: join(ofClient, 'cert.pem'),
  TEMPORAL_TLS_CLIENT_KEY_PATH: join(ofClient, 'key.pem'),
};

/** Resolves with the server's message to a client with these settings; rejects without one. */
function ask(temporal: ReturnType<typeof settings>): Promise<string> {
  const { tls } = temporalConnection(temporal);
  if (typeof tls !== 'object' || tls === null) throw new Error('no TLS');
  const pair = tls.clientCertPair;
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      servername: tls.serverNameOverride!,
      ca: Buffer.from(tls.serverRootCACertificate!),
      ...(pair && { cert: Buffer.from(pair.crt), key: Buffer.from(pair.key) }),
    });
    let said = '';
    socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
    socket.on('error', reject);
    socket.on('end', () => resolve(said));
  });
}

describe('the certificates of Temporal and its clients', () => {
  it('let in whoever has one, and nobody else', async () => {
    expect(await ask(settings(withCertificate))).toBe('welcome');
    await expect(ask(settings())).rejects.toThrow();
  });

  it('are for the name that the containers call the server by', async () => {
    await expect(ask(settings({ ...withCertificate, TEMPORAL_TLS_SERVER_NAME: 'another' }))).rejects.toThrow(
      /does not match/,
    );
  });

  it('are made once', () => {
    const before = read(ofClient, 'cert.pem');
    expect(make()).toContain('already');
    expect(read(ofClient, 'cert.pem')).toEqual(before);
  });

  it('belong to a key: one without the other is refused', () => {
    expect(() => settings({ TEMPORAL_TLS_CLIENT_CERT_PATH: 'a.pem' })).toThrow(/belong together/);
  });
});
