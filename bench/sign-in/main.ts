/**
 * `npm run bench:sign-in`: response times of the menu while people sign in at a given rate, and the outcomes of the
 * sign-ins. The whole product runs on this machine, in separate processes.
 */

import { setTimeout as wait } from 'node:timers/promises';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '../../dev/demo/accounts.ts';
import { startGround } from '../ground.ts';
import { describeMachine, writeMachine } from '../machine.ts';
import { spreadOf } from '../percentiles.ts';
import { startStack } from '../stack.ts';

const RATES = [0, 12, 30, 100];
const SECONDS = 8;
const MENU_EVERY_MS = 50;

const ground = await startGround({});
try {
  const { apiUrl } = await startStack(ground);
  await signIn(apiUrl);
  console.log(writeMachine(describeMachine()));
  console.log('sign-ins/s | menu p50 | menu p99 | signed in | asked to come again | answer p50');
  for (const rate of RATES) console.log(await measure(apiUrl, rate));
} finally {
  await ground.stop();
}

/** One row: sign-ins are sent at a fixed rate, however long earlier ones take. */
async function measure(apiUrl: string, rate: number): Promise<string> {
  const menu: number[] = [];
  const signIns: Promise<{ status: number; ms: number }>[] = [];
  const end = performance.now() + SECONDS * 1000;
  const askForMenu = async () => {
    while (performance.now() < end) {
      menu.push((await timed(() => fetch(`${apiUrl}/api/products`))).ms);
      await wait(MENU_EVERY_MS);
    }
  };
  const sendSignIns = async () => {
    while (rate > 0 && performance.now() < end) {
      signIns.push(timed(() => signIn(apiUrl)));
      await wait(1000 / rate);
    }
  };
  await Promise.all([askForMenu(), sendSignIns()]);
  const answers = await Promise.all(signIns);
  const count = (status: number) => answers.filter((answer) => answer.status === status).length;
  const busy = count(503) + count(429);
  const { p50, p99 } = spreadOf(menu);
  const answer = spreadOf(answers.map(({ ms }) => ms)).p50;
  const other = answers.length - count(200) - busy;
  const statuses = [...new Set(answers.map(({ status }) => status))].join(', ');
  if (other > 0) throw new Error(`${other} sign-ins were answered neither 200 nor 503: ${statuses}`);
  return [
    rate,
    `${p50.toFixed(0)} ms`,
    `${p99.toFixed(0)} ms`,
    count(200),
    busy,
    `${answer.toFixed(0)} ms`,
  ].join(' | ');
}

/** With the right password: only failures count against limits, so hashing is the only bound. */
function signIn(apiUrl: string): Promise<Response> {
  return fetch(`${apiUrl}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: apiUrl },
    body: JSON.stringify({ email: DEMO_ACCOUNTS[0]!.email, password: DEMO_PASSWORD }),
  });
}

async function timed(ask: () => Promise<Response>): Promise<{ status: number; ms: number }> {
  const start = performance.now();
  const response = await ask();
  await response.arrayBuffer();
  return { status: response.status, ms: performance.now() - start };
}
