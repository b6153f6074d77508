/** `npm run reset`: deletes the clone's data (orders, accounts, mails, workflows), for a fresh start. */

import { readdirSync } from 'node:fs';
import { endLeftovers, findRunningStart } from './claim.ts';
import { dataFolder, dataPath } from './clone-data.ts';
import { loadEnvironmentFile, setting } from './environment.ts';
import { postgresDataFolder } from './postgres-binaries.ts';
import { endLeftOver } from './postgres-data.ts';
import { deleteFolder } from './processes.ts';

loadEnvironmentFile();
const running = findRunningStart();
if (running) {
  console.error(
    `Sharetab runs in this clone (process ${running.pid}): stop it with Ctrl-C first, then reset again.`,
  );
  process.exitCode = 1;
} else {
  await endLeftovers();
  await endLeftOver(postgresDataFolder());
  for (const suffix of ['', '.new', '.password']) deleteFolder(`${postgresDataFolder()}${suffix}`);
  for (const name of readdirSync(dataFolder)) deleteFolder(dataPath(name));
  const kept = ['DATABASE_URL', 'TEMPORAL_ADDRESS', 'STRIPE_SECRET_KEY'].filter((name) => setting(name));
  console.log('All data of this clone are deleted; "npm start" begins afresh.');
  if (kept.length > 0) console.log(`What is named by ${kept.join(', ')} is not ours, and was left alone.`);
}
