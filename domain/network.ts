/** Internet addresses, parsed by ipaddr.js; no other module parses them. */

import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
/** An address and the number of its bits that count. */
type Range = readonly [Address, number];

/** Ranges that a setting may refer to by name. */
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
 * Parses an address as proxies write it: with or without a port, IPv6 with or without brackets. An IPv4-mapped IPv6
 * address becomes IPv4. Returns undefined for anything else, including shortened IPv4 such as `127.1`.
 */
export function parseAddress(text: string): string | undefined {
  const bare = withoutPort(text.trim());
  return isAddress(bare) ? canonical(bare).toString() : undefined;
}

/** Returns the address itself for IPv4, and its /64 for IPv6, which is the size of one household or rented machine. */
export function networkOf(address: string): string {
  const parsed = canonical(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const bytes = parsed.toByteArray().map((byte, index) => (index < HOUSEHOLD_BITS / 8 ? byte : 0));
  return `${new ipaddr.IPv6(bytes).toString()}/${HOUSEHOLD_BITS}`;
}

/**
 * Returns whether `address` is in one of the ranges; each is an address, a range such as `10.0.0.0/8`, or a range's
 * name.
 */
export function isInRanges(address: string, ranges: readonly string[]): boolean {
  const parsed = canonical(address);
  const isIn = ([start, bits]: Range) => start.kind() === parsed.kind() && parsed.match(start, bits);
  return ranges.flatMap(parseRange).some(isIn);
}

/** Returns whether `isInRanges` accepts this range. */
export function isRange(text: string): boolean {
  return Object.hasOwn(NAMED_RANGES, text) || isAddress(text) || ipaddr.isValidCIDR(text);
}

/** Returns whether this is a loopback address. */
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

/** Unwraps IPv4-mapped IPv6, and drops the zone, which is meaningful on its own machine only. */
function canonical(text: string): Address {
  return ipaddr.process(text.replace(/%.*$/, ''));
}

function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text);
  if (bracketed) return bracketed[1]!;
  return /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
}
