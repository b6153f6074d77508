/** Addresses of the internet, read by ipaddr.js: nothing else of ours takes one apart. */

import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
/** An address and how many of its bits count. */
type Range = readonly [Address, number];

/** Ranges that a setting may name by a word. */
const NAMED_RANGES: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: [
    '127.0.0.0/8',
    '::1/128',
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    'fc00::/7',
    'fe80::/10',
  ],
};
const HOUSEHOLD_BITS = 64;

/**
 * Reads an address as proxies write it: with or without a port, IPv6 with or without brackets. An IPv4 address that
 * is written as IPv6 is IPv4. Returns undefined for anything else, shortened IPv4 such as `127.1` included.
 */
export function parseAddress(text: string): string | undefined {
  const bare = withoutPort(text.trim());
  return isAddress(bare) ? canonical(bare).toString() : undefined;
}

/** The address itself for IPv4, and for IPv6 its /64: one household, or one rented machine, has that many. */
export function networkOf(address: string): string {
  const parsed = canonical(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const bytes = parsed.toByteArray().map((byte, index) => (index < HOUSEHOLD_BITS / 8 ? byte : 0));
  return `${new ipaddr.IPv6(bytes).toString()}/${HOUSEHOLD_BITS}`;
}

/** Whether `address` is in one of the ranges; each is an address, a range such as `10.0.0.0/8`, or a word of ours. */
export function isInRanges(address: string, ranges: readonly string[]): boolean {
  const parsed = canonical(address);
  const isIn = ([start, bits]: Range) => start.kind() === parsed.kind() && parsed.match(start, bits);
  return ranges.flatMap(parseRange).some(isIn);
}

/** Whether `isInRanges` knows what to make of it. */
export function isRange(text: string): boolean {
  return Object.hasOwn(NAMED_RANGES, text) || isAddress(text) || ipaddr.isValidCIDR(text);
}

/** Whether a machine talks to itself by this address. */
export function isLoopback(address: string): boolean {
  return isInRanges(address, ['loopback']);
}

function parseRange(text: string): Range[] {
  const named = NAMED_RANGES[text];
  if (named) return named.flatMap(parseRange);
  if (text.includes('/')) return [ipaddr.parseCIDR(text)];
  const address = canonical(text);
  return [[address, address.kind() === 'ipv4' ? 32 : 128]];
}

function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

/** IPv4 for what is IPv4 within IPv6, and without a zone, which means something to its own machine alone. */
function canonical(text: string): Address {
  return ipaddr.process(text.replace(/%.*$/, ''));
}

function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text);
  if (bracketed) return bracketed[1]!;
  return /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
}
