/** How our processes connect to Temporal: plainly, over TLS with a certificate of their own, or with an API key. */

import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from '@temporalio/client';
import type { Config } from '../../config.ts';

/**
 * What `Connection.connect` and `NativeConnection.connect` need. Throws when a file of the certificates cannot be read.
 */
export function temporalConnection({
  address,
  tls,
  apiKey,
}: Config['temporal']): Pick<ConnectionOptions, 'address' | 'tls'> & { readonly apiKey?: string } {
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
