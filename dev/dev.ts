/** `npm run dev`: like `npm start`, with reload on edit. */

import { runStack } from './run-stack.ts';

await runStack({ reload: true });
// Exits explicitly: an interrupted start leaves pending steps behind.
process.exit();
