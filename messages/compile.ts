/**
 * `node messages/compile.ts`: compiles the message files to typed functions in messages/compiled/, which git
 * ignores. The npm scripts, vitest and vite run it automatically.
 */

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readCatalog, readTexts } from './compiler/catalog.ts';
import { emitCatalog } from './compiler/emit.ts';

/** The folder of the message files. */
export const MESSAGES_FOLDER = import.meta.dirname;
const COMPILED = join(MESSAGES_FOLDER, 'compiled');
const STAMP = join(COMPILED, '.stamp');

/** Compiles the messages if they have changed. Throws an Error that names every invalid message. */
export function compileMessages(): void {
  const hash = hashSources();
  if (readStamp() === hash) return;
  const files = emitCatalog(readCatalog(readTexts(MESSAGES_FOLDER)));
  for (const file of listFiles(COMPILED)) if (!files.has(file)) rmSync(join(COMPILED, file));
  for (const [file, content] of files) write(join(COMPILED, file), content);
  write(STAMP, hash);
}

/** The inputs of the compiled files: the message files and the compiler itself. */
function hashSources(): string {
  const hash = createHash('sha256');
  for (const folder of [MESSAGES_FOLDER, join(MESSAGES_FOLDER, 'compiler')])
    for (const file of readdirSync(folder).toSorted())
      if (/\.(json|ts)$/.test(file)) hash.update(`${file}\0`).update(readFileSync(join(folder, file)));
  return hash.digest('hex');
}

function readStamp(): string | undefined {
  try {
    return readFileSync(STAMP, 'utf8');
  } catch {
    return undefined;
  }
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  } catch {
    return [];
  }
}

/** Writes atomically for concurrent readers. Skips unchanged files, so that file watchers do not fire. */
function write(path: string, content: string): void {
  try {
    if (readFileSync(path, 'utf8') === content) return;
  } catch {
    mkdirSync(dirname(path), { recursive: true });
  }
  writeFileSync(`${path}.${process.pid}`, content);
  renameSync(`${path}.${process.pid}`, path);
}

if (import.meta.main) {
  try {
    compileMessages();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
