/**
 * `npm pack` and `npm publish` run this before and after. Node runs the TypeScript of a clone as it is, but refuses to
 * below node_modules. So the package contains JavaScript, in dist/, and a package.json that names it.
 */

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const folder = import.meta.dirname;
const dist = join(folder, 'dist');
const manifest = join(folder, 'package.json');
/** The manifest of the sources, while the packed one takes its place. */
const kept = join(folder, '.package.json.sources');

const step = process.argv[2];
if (step === 'prepare') prepare();
else if (step === 'restore') restore();
else throw new Error('usage: node pack.ts prepare|restore');

function prepare(): void {
  restore();
  compile();
  cpSync(join(folder, 'browser'), join(dist, 'browser'), {
    recursive: true,
    filter: (file) => !/\.ts$|\.json$/.test(file),
  });
  renameSync(manifest, kept);
  writeFileSync(manifest, `${JSON.stringify(packedManifest(readFileSync(kept, 'utf8')), null, 2)}\n`);
}

/** Puts the manifest of the sources back and removes what was compiled, also after a `prepare` that was interrupted. */
function restore(): void {
  rmSync(dist, { recursive: true, force: true });
  if (existsSync(kept)) renameSync(kept, manifest);
}

function compile(): void {
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
  const compiler = join(typescript, 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: folder,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('The compiler found errors.');
}

/** The manifest with every entry that is a TypeScript file replaced by what it was compiled to. */
function packedManifest(text: string): object {
  const { scripts: _scripts, devDependencies: _development, ...rest } = JSON.parse(text) as Manifest;
  const compiled = (file: string) => file.replace(/^\.\/(.*)\.ts$/, './dist/$1.js');
  const entry = (file: string) =>
    file.endsWith('.ts') ? { types: compiled(file).replace(/js$/, 'd.ts'), default: compiled(file) } : file;
  return {
    ...rest,
    bin: compiled(rest.bin),
    exports: Object.fromEntries(Object.entries(rest.exports).map(([name, file]) => [name, entry(file)])),
    engines: { node: '>=22.13' },
  };
}

interface Manifest {
  readonly bin: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly scripts: object;
  readonly devDependencies: object;
}
