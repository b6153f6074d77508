import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isInRanges, isLoopback, isRange, networkOf, parseAddress } from './network.ts';

test.each([
  ['203.0.113.7', '203.0.113.7'],
  [' 203.0.113.7 ', '203.0.113.7'],
  ['203.0.113.7:4711', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::FFFF:cb00:7107', '203.0.113.7'],
  ['[::ffff:203.0.113.7]:4711', '203.0.113.7'],
  ['2001:DB8::1', '2001:db8::1'],
  ['2001:db8:0:0:0:0:0:1', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['[2001:db8::1]:4711', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
])('%s is %s', (text, address) => expect(parseAddress(text)).toBe(address));

test.each([
  '',
  'unknown',
  '_hidden',
  '127.1',
  '0x7f.0.0.1',
  '010.0.0.1',
  '2130706433',
  '1.2.3.4.5',
  '1.2.3.256',
  ':4711',
  '203.0.113.7:',
  '203.0.113.7:abc',
  '[203.0.113.7',
  '2001:db8::1::2',
  'localhost',
  '203.0.113.7, 1.2.3.4',
])('%j is no address', (text) => expect(parseAddress(text)).toBeUndefined());

test('a household counts as one, however its addresses are written', () => {
  const anyHost = fc.ipV6().map((text) => parseAddress(text)!);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), anyHost, (prefix, host) => {
      // 2xxx is not an IPv4-mapped IPv6 address.
      const groups = [0, 2, 4, 6].map((at) => ((prefix[at]! << 8) | prefix[at + 1]!).toString(16));
      groups[0] = `2${groups[0]!.padStart(3, '0').slice(-3)}`;
      const first = parseAddress(`${groups.join(':')}::`)!;
      const other = parseAddress(`${groups.join(':')}:0:${host.includes('.') ? '1' : '2'}:3:4`)!;
      expect(networkOf(other)).toBe(networkOf(first));
    }),
  );
  expect(networkOf('2001:db8::1')).toBe('2001:db8::/64');
  expect(networkOf('2001:db8::ffff:1:2:3')).toBe('2001:db8::/64');
  expect(networkOf('2001:db8:0:1::1')).toBe('2001:db8:0:1::/64');
  expect(networkOf('203.0.113.7')).toBe('203.0.113.7');
});

test('ranges are addresses, ranges or words', () => {
  expect(isInRanges('172.18.0.3', ['private'])).toBe(true);
  expect(isInRanges('::1', ['10.0.0.1', 'loopback'])).toBe(true);
  expect(isInRanges('10.0.0.2', ['10.0.0.1'])).toBe(false);
  expect(isInRanges('10.0.0.2', ['10.0.0.0/30'])).toBe(true);
  expect(isInRanges('2001:db8::1', ['10.0.0.0/8', '2001:db8::/32'])).toBe(true);
  expect(isInRanges('203.0.113.7', ['private'])).toBe(false);
  for (const text of ['1', 'true', '10.0.0.0/33', 'nginx', '']) expect(isRange(text), text).toBe(false);
  expect(['127.0.0.1', '127.9.9.9', '::1'].every(isLoopback)).toBe(true);
  expect(isLoopback('128.0.0.1')).toBe(false);
});
