/**
 * `node messages/compile.ts`: compiles the message files to typed functions in messages/compiled/, which is not kept in
 * git. The commands of package.json, vitest and vite do so by themselves.
 */

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readCatalog, readTexts } from './compiler/catalog.ts';
import { emitCatalog } from './compiler/emit.ts';

/** Where the message files are. */
export const MESSAGES_FOLDER = import.meta.dirname;
const COMPILED = join(MESSAGES_FOLDER, 'compiled');
const STAMP = join(COMPILED, '.stamp');

/** Compiles the messages when they have changed. Throws an Error that names every message that is not as it must be. */
export function compileMessages(): void {
  const hash = hashSources();
  if (readStamp() === hash) return;
  const files = emitCatalog(readCatalog(readTexts(MESSAGES_FOLDER)));
  for (const file of listFiles(COMPILED)) if (!files.has(file)) rmSync(join(COMPILED, file));
  for (const [file, content] of files) write(join(COMPILED, file), content);
  write(STAMP, hash);
}

/** What the compiled files are made of: the message files, and the compiler itself. */
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

/** At once, for whoever reads it meanwhile; a file that would not change is left alone, for whoever watches it. */
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
