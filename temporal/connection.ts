/** How our processes connect to Temporal: plainly, over TLS with a certificate of their own, or with an API key. */

import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from '@temporalio/client';

/** Files in PEM, and the name that the server's certificate is for where it is not that of the address. */
export interface TemporalTls {
  /** Undefined: an authority that the system knows signed the server's certificate. */
  readonly serverCaFile: string | undefined;
  /** What this process proves by that it may connect. */
  readonly client: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly serverName: string | undefined;
}

/** Where Temporal is, and how we prove who we are. */
export interface TemporalAddress {
  readonly address: string;
  readonly tls: TemporalTls | undefined;
  readonly apiKey: string | undefined;
}
/**
 * What `Connection.connect` and `NativeConnection.connect` need. Throws when a file of the certificates cannot be read.
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
