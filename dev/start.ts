/** `npm start`: the whole product on this machine, for trying it out. */

import { runStack } from './run-stack.ts';

await runStack({ reload: false });
// A start that was stopped midway leaves steps behind that wait for what will not come.
process.exit();
