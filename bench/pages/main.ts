/**
 * `npm run bench:pages`: first load of the guests' pages with Lighthouse's phone emulation: medians of five, with
 * requests and bytes. Measures the shop that runs in this clone, or starts one; PAGES_URL selects another.
 */

import { loadEnvironmentFile } from '../../dev/environment.ts';
import { describeMachine, writeMachine } from '../machine.ts';
import { openGuestBrowser } from './guest.ts';
import { visit, type Visit } from './lighthouse.ts';
import { openMeasuredShop } from './shop.ts';

const TIMES = 5;
const HEAD = ['page', 'performance', 'FCP ms', 'LCP ms', 'TBT ms', 'CLS', 'requests', 'KB'];

loadEnvironmentFile();
const machine = describeMachine();
const shop = await openMeasuredShop();
try {
  const guest = await openGuestBrowser(shop.url);
  try {
    console.log(`${writeMachine(machine)}\n\n| ${HEAD.join(' | ')} |\n|${' --- |'.repeat(HEAD.length)}`);
    await measure('menu', '/', guest.port);
    await guest.fillCart();
    await measure('checkout', '/checkout', guest.port);
    await measure('order', await guest.placeOrder(), guest.port);
  } finally {
    await guest.close();
  }
} finally {
  await shop.stop();
}

async function measure(name: string, path: string, port: number): Promise<void> {
  const visits: Visit[] = [];
  while (visits.length < TIMES) visits.push(await visit(shop.url + path, port));
  const median = (read: (visit: Visit) => number): number =>
    visits.map(read).toSorted((left, right) => left - right)[Math.floor(TIMES / 2)]!;
  const performances = visits.map((one) => one.performance);
  const cells = [
    name,
    `${median((one) => one.performance)} (${Math.min(...performances)}–${Math.max(...performances)})`,
    Math.round(median((one) => one.firstPaintMs)),
    Math.round(median((one) => one.largestPaintMs)),
    Math.round(median((one) => one.blockedMs)),
    median((one) => one.shift).toFixed(3),
    median((one) => one.requests),
    Math.round(median((one) => one.bytes) / 1000),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
