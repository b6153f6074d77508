import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from 'svelte/compiler';
import { transformWithOxc } from 'vite';
import { expect, it } from 'vitest';
import { importEach } from './import-each.ts';

const messages = {
  has: (noun: string, key: string) =>
    ['cart.title', 'cart.empty', 'decline.expired'].includes(`${noun}.${key}`),
  addressOf: (noun: string, key?: string) => (key === undefined ? noun : `${noun}/${key}`),
};

it('imports each message that a script uses, and nothing else of its noun', () => {
  expect(importEach(`import * as m from '#messages';\nshow(m.cart.title(), m.cart.empty);`, messages)).toBe(
    [
      `import { title as message_cart_title } from 'cart/title';`,
      `import { empty as message_cart_empty } from 'cart/empty';`,
      `\nshow(message_cart_title(), message_cart_empty);`,
    ].join('\n'),
  );
});

it('imports the whole noun where a code selects the message, or the noun is handed on', () => {
  const all = `import * as messages_decline from 'decline';`;
  expect(importEach(`import * as m from '#messages';\nm.decline[code]();`, messages)).toBe(
    `${all}\n\nmessages_decline[code]();`,
  );
  expect(importEach(`import * as m from '#messages';\nsay(m.decline);`, messages)).toBe(
    `${all}\n\nsay(messages_decline);`,
  );
});

it('knows nouns that are imported by their name, or by another', () => {
  expect(
    importEach(
      `import { cart, decline as words } from '#messages';\ncart.title();\nwords[code]();`,
      messages,
    ),
  ).toBe(
    [
      `import { title as message_cart_title } from 'cart/title';`,
      `import * as words from 'decline';`,
      `\nmessage_cart_title();\nwords[code]();`,
    ].join('\n'),
  );
});

it('leaves alone what only looks like a message', () => {
  const uses = `const text = 'm.cart.title'; other.m.cart.title(); m.cart.title();`;
  expect(importEach(`import * as m from '#messages';\n${uses}`, messages)).toBe(
    `import { title as message_cart_title } from 'cart/title';\n\nconst text = 'm.cart.title'; other.m.cart.title(); message_cart_title();`,
  );
});

it('refuses a script that hands on all messages', () => {
  expect(() => importEach(`import * as m from '#messages';\nsay(m);`, messages)).toThrow(
    '"m" is every message',
  );
  expect(() => importEach(`import * as m from '#messages';\nsay({ m });`, messages)).toThrow('every message');
  expect(importEach(`import * as m from '#messages';\nsay({ m: 1 });`, messages)).toBe('\nsay({ m: 1 });');
});

it('finds no source of the pages that hands on all messages', async () => {
  const folder = join(import.meta.dirname, 'src');
  const refused: string[] = [];
  let count = 0;
  for (const file of globSync('**/*.{ts,svelte}', { cwd: folder })) {
    const source = readFileSync(join(folder, file), 'utf8');
    if (!source.includes("'#messages'") || file.endsWith('.test.ts')) continue;
    count += 1;
    const script = file.endsWith('.svelte')
      ? compile(source, { filename: file, generate: 'client', runes: true }).js.code
      : (await transformWithOxc(source, file)).code;
    try {
      importEach(script, messages);
    } catch (error) {
      refused.push(`${file}: ${String(error)}`);
    }
  }
  expect(count).toBeGreaterThan(100);
  expect(refused).toEqual([]);
});
