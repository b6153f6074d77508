import { expect, it } from 'vitest';
import { readMailAddress } from './mail-address.ts';

it.each([
  ['ada@example.com', 'ada@example.com'],
  [' Ada.Lovelace@Example.COM ', 'ada.lovelace@example.com'],
  ['john&mary@example.com', 'john&mary@example.com'],
  ["o'neil+bar@pubs.example.ie", "o'neil+bar@pubs.example.ie"],
  ["!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com"],
  ['x@xn--80ak6aa92e.xn--p1ai', 'x@xn--80ak6aa92e.xn--p1ai'],
  ['jo@bücher.example', 'jo@xn--bcher-kva.example'],
  ['info@пример.рф', 'info@xn--e1afmkfd.xn--p1ai'],
  ['info@例え。テスト', 'info@xn--r8jz45g.xn--zckzah'],
  ['ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'ada@example.com'],
  ['ada@example.com\u200b', 'ada@example.com'],
  ['ada@a.b.c.example.museum', 'ada@a.b.c.example.museum'],
  ['a@1.example', 'a@1.example'],
  [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
])('takes %s', (typed, kept) => {
  expect(readMailAddress(typed)).toBe(kept);
  expect(readMailAddress(kept)).toBe(kept);
});

it.each([
  ...[
    '',
    'ada',
    'ada@',
    '@example.com',
    'ada@example',
    'ada@@example.com',
    'a@b@example.com',
    'a b@example.com',
  ],
  ...[
    '.ada@example.com',
    'ada.@example.com',
    'a..da@example.com',
    'ada@.com',
    'ada@example..com',
    'ada@example.com.',
  ],
  ...['ada@-example.com', 'ada@example-.com', 'ada@exa_mple.com', 'ada@example.c', 'ada@example.123'],
  ...[
    'ada@127.0.0.1',
    'ada@[127.0.0.1]',
    'ada@0x7f.1',
    'ada@example.com/x',
    'ada@example.com:25',
    'ada@exam%70le.com',
  ],
  ...[
    '"ada b"@example.com',
    '<ada@example.com>',
    'Ada <ada@example.com>',
    'ada@example.com, eve@example.com',
  ],
  ...[
    'mailto:ada@example.com',
    'ada\r\nBcc: eve@example.com@example.com',
    'ada@example.com\nx',
    'jörg@example.com',
  ],
  ...[`${'a'.repeat(65)}@example.com`, `a@${'b'.repeat(64)}.com`, `a@${'b.'.repeat(130)}com`],
])('refuses %s', (typed) => {
  expect(readMailAddress(typed)).toBeUndefined();
});
