/** `npm run docs`: updates the generated parts of the docs. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cloneFolder } from './environment.ts';
import { withLayerDiagram } from './layer-diagram.ts';
import { withStateDiagrams } from './state-diagram.ts';

const file = join(cloneFolder, 'docs', 'architecture.md');
writeFileSync(file, withLayerDiagram(withStateDiagrams(readFileSync(file, 'utf8'))));
