/** Connects our processes to Temporal: without encryption, over TLS with a client certificate, or with an API key. */

import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from '@temporalio/client';

/** PEM files, and the name in the server's certificate if it differs from the address. */
export interface TemporalTls {
  /** Undefined: the server's certificate is signed by an authority that the system trusts. */
  readonly serverCaFile: string | undefined;
  /** The credentials of this process. */
  readonly client: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly serverName: string | undefined;
}

/** Temporal's address and our credentials. */
export interface TemporalAddress {
  readonly address: string;
  readonly tls: TemporalTls | undefined;
  readonly apiKey: string | undefined;
}
/**
 * Returns the options of `Connection.connect` and `NativeConnection.connect`. Throws when a certificate file cannot be
 * read.
 */
export function temporalConnection({
  address,
  tls,
  apiKey,
}: TemporalAddress): Pick<ConnectionOptions, 'address' | 'tls'> & { readonly apiKey?: string } {
  return {
    address,
    ...(apiKey !== undefined && { apiKey }),
    ...(tls && {
      tls: {
        ...(tls.serverName !== undefined && { serverNameOverride: tls.serverName }),
        ...(tls.serverCaFile !== undefined && { serverRootCACertificate: readFileSync(tls.serverCaFile) }),
        ...(tls.client && {
          clientCertPair: { crt: readFileSync(tls.client.certFile), key: readFileSync(tls.client.keyFile) },
        }),
      },
    }),
  };
}
