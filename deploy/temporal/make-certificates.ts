/**
 * Makes the mutual TLS certificates of Temporal and its clients: `node deploy/temporal/make-certificates.ts
 * SERVER_FOLDER CLIENT_FOLDER`. The authority's key signs these two and is discarded, so no further client can be made.
 * Idempotent: complete certificates stay. To replace them, empty the folders and restart the stack.
 */

import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const YEARS = 10;
/** The server's name, for clients and in its certificate. */
const SERVER_NAMES = ['temporal', 'localhost'];

interface Signed {
  readonly certificate: string;
  readonly key: string;
}

/** Signs a certificate with a new key. `usage`: server or client authentication. */
async function sign(
  authority: { readonly name: string; readonly keys: webcrypto.CryptoKeyPair },
  name: string,
  usage: readonly x509.ExtendedKeyUsageType[],
): Promise<Signed> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(),
    subject: `CN=${name}`,
    issuer: authority.name,
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.ExtendedKeyUsageExtension([...usage]),
      new x509.SubjectAlternativeNameExtension(
        SERVER_NAMES.map((value) => ({ type: 'dns' as const, value })),
      ),
    ],
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    certificate: certificate.toString('pem'),
    key: x509.PemConverter.encode(key, x509.PemConverter.PrivateKeyTag),
  };
}

function validity(): { notBefore: Date; notAfter: Date } {
  const now = new Date();
  const end = new Date(now);
  end.setFullYear(now.getFullYear() + YEARS);
  // A peer's clock may be some minutes behind.
  return { notBefore: new Date(now.getTime() - 600_000), notAfter: end };
}

async function makeAll(serverFolder: string, clientFolder: string): Promise<void> {
  x509.cryptoProvider.set(webcrypto);
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const name = 'CN=Sharetab Temporal';
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const authority = { name, keys };
  const [serverAuth, clientAuth] = [x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth];
  // Temporal's own services are clients of each other.
  const server = await sign(authority, 'temporal', [serverAuth, clientAuth]);
  const client = await sign(authority, 'sharetab', [clientAuth]);
  for (const [folder, { certificate, key }] of [
    [serverFolder, server],
    [clientFolder, client],
  ] as const) {
    write(join(folder, 'ca.pem'), root.toString('pem'));
    write(join(folder, 'key.pem'), key);
    write(join(folder, 'cert.pem'), certificate);
  }
}

/** Written atomically. The folder is mounted only where it is needed, under different users. */
function write(file: string, text: string): void {
  writeFileSync(`${file}.new`, `${text}\n`, { mode: 0o644 });
  renameSync(`${file}.new`, file);
}

const [serverFolder, clientFolder] = process.argv.slice(2);
if (!serverFolder || !clientFolder) {
  console.error('Usage: make-certificates.ts SERVER_FOLDER CLIENT_FOLDER');
  process.exitCode = 1;
} else if ([serverFolder, clientFolder].every((folder) => existsSync(join(folder, 'cert.pem')))) {
  console.log('the certificates are there already');
} else {
  await makeAll(serverFolder, clientFolder);
  console.log(`certificates made, good for ${YEARS} years`);
}
