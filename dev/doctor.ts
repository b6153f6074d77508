/** `npm run doctor`: checks this machine, and prints fixes for problems. Exits with 1 if there are any. */

import { styleText } from 'node:util';
import { loadEnvironmentFile } from './environment.ts';
import { EXAMINATIONS, type Finding } from './examinations.ts';

const MARKS = {
  fine: styleText('green', '✔'),
  note: styleText('yellow', '!'),
  wrong: styleText('red', '✖'),
} satisfies Record<Finding['verdict'], string>;

loadEnvironmentFile();
let wrong = 0;
for (const [name, examine] of Object.entries(EXAMINATIONS)) {
  const finding = await examine().catch((error: unknown): Finding => ({
    verdict: 'wrong',
    text: error instanceof Error ? error.message : String(error),
  }));
  if (finding.verdict === 'wrong') wrong += 1;
  console.log(
    `${MARKS[finding.verdict]} ${name.padEnd(11)} ${finding.text.replaceAll('\n', `\n${' '.repeat(14)}`)}`,
  );
}
console.log(
  wrong === 0 ? '\nThis machine can run Sharetab.' : `\n${wrong} to mend, marked with ${MARKS.wrong}.`,
);
process.exitCode = wrong === 0 ? 0 : 1;
