/**
 * `npm run bench:pages`: the first load of the guests' pages as Lighthouse sees it, with its phone (slow 4G, a processor four
 * times slower): median of five, with requests and bytes. PAGES_URL measures a shop that runs elsewhere; without it the
 * one of `npm start` is taken.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from '../../dev/browser.ts';
import { childEnvironment, cloneFolder, setting } from '../../dev/environment.ts';

interface Report {
  readonly categories: { readonly performance: { readonly score: number } };
  readonly audits: Readonly<Record<string, { readonly numericValue?: number; readonly details?: unknown }>>;
}

const TIMES = 5;
const url = setting('PAGES_URL') ?? 'http://localhost:3000';
const browser = findBrowser();
if (!browser) throw new Error('There is no Chromium on this machine: npm run doctor says how to get one.');
const { executablePath, args } = browser;
const folder = mkdtempSync(join(tmpdir(), 'sharetab-pages-'));

console.log(
  '| page | performance | FCP ms | LCP ms | TBT ms | CLS | requests | KB |\n|---|---|---|---|---|---|---|---|',
);
const paths = ['/', '/checkout', ...(setting('PAGES_ORDER') ? [setting('PAGES_ORDER')!] : [])];
for (const path of paths) {
  const reports = Array.from({ length: TIMES }, (_, index) => measure(path, join(folder, `${index}.json`)));
  const median = (read: (report: Report) => number) => {
    const sorted = reports.map(read).toSorted((left, right) => left - right);
    return sorted[Math.floor(sorted.length / 2)]!;
  };
  const audit = (name: string) => median((report) => report.audits[name]?.numericValue ?? 0);
  const requests = (report: Report) =>
    (report.audits['network-requests']!.details as { items: { transferSize: number }[] }).items;
  console.log(
    `| ${[
      path,
      Math.round(median(({ categories }) => categories.performance.score) * 100),
      ...['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time'].map((name) =>
        Math.round(audit(name)),
      ),
      audit('cumulative-layout-shift').toFixed(3),
      median((report) => requests(report).length),
      Math.round(
        median((report) => requests(report).reduce((sum, { transferSize }) => sum + transferSize, 0)) / 1000,
      ),
    ].join(' | ')} |`,
  );
}

function measure(path: string, file: string): Report {
  const lighthouse = join(cloneFolder, 'node_modules/lighthouse/cli/index.js');
  const flags = ['--headless=new', ...args].join(' ');
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      lighthouse,
      url + path,
      '--quiet',
      '--only-categories=performance',
      '--output=json',
      `--output-path=${file}`,
      `--chrome-flags=${flags}`,
    ],
    { env: childEnvironment({ CHROME_PATH: executablePath }), encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`Lighthouse ended with ${status}:\n${stderr}`);
  return JSON.parse(readFileSync(file, 'utf8')) as Report;
}
