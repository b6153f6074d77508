/** One visit with Lighthouse's phone emulation (slow 4G, a four times slower processor). */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { childEnvironment, cloneFolder } from '../../dev/environment.ts';

export interface Visit {
  /** 0 to 100. */
  readonly performance: number;
  readonly firstPaintMs: number;
  readonly largestPaintMs: number;
  readonly blockedMs: number;
  readonly shift: number;
  readonly requests: number;
  readonly bytes: number;
}

interface Report {
  readonly runtimeError?: { readonly message: string };
  readonly categories: { readonly performance: { readonly score: number | null } };
  readonly audits: Readonly<Record<string, { readonly numericValue?: number; readonly details?: unknown }>>;
}

const PROGRAM = join(cloneFolder, 'node_modules/lighthouse/cli/index.js');

/** Visits `url` with the browser on that port: with an empty cache, and its storage kept. */
export async function visit(url: string, port: number): Promise<Visit> {
  const flags = ['--quiet', '--only-categories=performance', '--output=json', `--port=${port}`];
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, url, ...flags], {
    env: childEnvironment({}),
    maxBuffer: 100_000_000,
  });
  const report = JSON.parse(stdout) as Report;
  const { score } = report.categories.performance;
  if (score === null) throw new Error(`Lighthouse could not measure ${url}: ${report.runtimeError?.message}`);
  const number = (audit: string): number => report.audits[audit]?.numericValue ?? NaN;
  const { items } = report.audits['network-requests']!.details as { items: { transferSize: number }[] };
  return {
    performance: Math.round(score * 100),
    firstPaintMs: number('first-contentful-paint'),
    largestPaintMs: number('largest-contentful-paint'),
    blockedMs: number('total-blocking-time'),
    shift: number('cumulative-layout-shift'),
    requests: items.length,
    bytes: items.reduce((sum, { transferSize }) => sum + transferSize, 0),
  };
}
