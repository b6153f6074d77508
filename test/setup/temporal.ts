import { randomBytes } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { inject } from 'vitest';
import { registerSearchAttributes } from '../../temporal/register-search-attributes.ts';

/** A separate namespace on the run's Temporal server, so that workers of other test files never take its tasks. */
export interface TestNamespace {
  /** For Connection.connect() and NativeConnection.connect(), and as TEMPORAL_ADDRESS. */
  readonly address: string;
  readonly namespace: string;
}

/** Creates a namespace with the search attributes of our workflows, in a few milliseconds. */
export async function createTestNamespace(): Promise<TestNamespace> {
  const address = inject('temporalAddress');
  const namespace = `test-${randomBytes(6).toString('hex')}`;
  const connection = await Connection.connect({ address });
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
    await registerSearchAttributes(connection, namespace);
  } finally {
    await connection.close();
  }
  return { address, namespace };
}
