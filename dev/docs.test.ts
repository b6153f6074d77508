import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { STRIPE_EVENT_TYPES } from '../domain/stripe-event.ts';
import { cloneFolder } from './environment.ts';

const documents = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: cloneFolder,
  encoding: 'utf8',
})
  .trim()
  .split('\n');

it('links in documents lead to files that are there', () => {
  const broken = documents.flatMap((document) => {
    const text = readFileSync(join(cloneFolder, document), 'utf8');
    return [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
      .map(([, link]) => link!)
      .filter((link) => !link.includes(':') && !existsSync(join(cloneFolder, dirname(document), link)))
      .map((link) => `${document}: ${link}`);
  });
  expect(documents.length).toBeGreaterThan(10);
  expect(broken).toEqual([]);
});

/** `folder/file.ext` in a guide must exist, unless its name contains a placeholder. */
const FILE_NAME =
  /`((?:domain|db|temporal|workflows|workers|api|web|dev|deploy|packages|test|bench|docs)\/[^`\s]+\.\w+)`/g;

it('files that the guides name are there', () => {
  const guides = documents.filter(
    (document) => document === 'CONTRIBUTING.md' || document.startsWith('docs/guide/'),
  );
  const missing = guides.flatMap((document) =>
    [...readFileSync(join(cloneFolder, document), 'utf8').matchAll(FILE_NAME)]
      .map(([, file]) => file!)
      .filter((file) => !file.includes('NNN') && !existsSync(join(cloneFolder, file)))
      .map((file) => `${document}: ${file}`),
  );
  expect(guides.length).toBeGreaterThan(5);
  expect(missing).toEqual([]);
});

it('docs/deployment.md lists every event of Stripe that is listened to', () => {
  const text = readFileSync(join(cloneFolder, 'docs', 'deployment.md'), 'utf8');
  expect(STRIPE_EVENT_TYPES.filter((type) => !text.includes(`\`${type}\``))).toEqual([]);
});

it('no document has a conflict of two versions in it, nor what the formatter makes of one', () => {
  const conflict = /^(<{7}|>{7}|(> ){6})/m;
  expect(documents.filter((file) => conflict.test(readFileSync(join(cloneFolder, file), 'utf8')))).toEqual(
    [],
  );
});

it('buttons that the guides say to press, and sentences that they quote of differences, are those of the pages', () => {
  const messages = JSON.parse(readFileSync(join(cloneFolder, 'messages', 'en.json'), 'utf8')) as object;
  const texts = Object.values(messages).flatMap((texts: object) => Object.values(texts) as string[]);
  const guides = documents.filter((document) => document.startsWith('docs/guide/'));
  const named = guides.flatMap((document) => {
    const text = readFileSync(join(cloneFolder, document), 'utf8');
    return [...text.matchAll(/press \*\*([^*]+)\*\*|^\| `\w+`, "([^"]+)"/gm)].map(([, button, quote]) => ({
      at: `${document}: ${(button ?? quote)!}`,
      // "Refund …" is a button that names an amount.
      words: (button ?? quote)!.replace(/ ….*/, ' {'),
    }));
  });
  expect(named.length).toBeGreaterThan(8);
  expect(
    named.filter(({ words }) => !texts.some((text) => text.includes(words))).map(({ at }) => at),
  ).toEqual([]);
});

it('commands that the guides and CONTRIBUTING name are those of package.json', () => {
  const { scripts } = JSON.parse(readFileSync(join(cloneFolder, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const named = documents.flatMap((document) =>
    [...readFileSync(join(cloneFolder, document), 'utf8').matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => ({
      document,
      name: name!,
    })),
  );
  expect(named.filter(({ name }) => !(name in scripts))).toEqual([]);
  // A source of ours runs on the Node that package.json pins, by a script: Node 20 does not run TypeScript.
  const bare = documents.filter((document) =>
    /\bnode (?:bench|dev|messages|test|web)\/[\w./-]+\.ts\b/.test(
      readFileSync(join(cloneFolder, document), 'utf8'),
    ),
  );
  expect(bare).toEqual([]);
});
