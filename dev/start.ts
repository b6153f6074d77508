/** `npm start`: the whole product on this machine, for trying it out. */

import { runStack } from './run-stack.ts';

await runStack({ reload: false });
// Exits explicitly: an interrupted start leaves pending steps behind.
process.exit();
