/** `npm run dev`: as `npm start`, but what is edited is reloaded. */

import { runStack } from './run-stack.ts';

await runStack({ reload: true });
// A start that was stopped midway leaves steps behind that wait for what will not come.
process.exit();
