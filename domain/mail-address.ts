/** The one judge of mail addresses: for the pages, the contract and the accounts. */

import { cleanLine } from './text.ts';

/** What SMTP takes of one. */
export const LONGEST_ADDRESS = 254;
const LONGEST_LOCAL_PART = 64;
const LONGEST_DOMAIN = 253;

/** RFC 5322's dot-atom, the form without quotes, which is all that is in use. */
const LOCAL_PART = /^[a-z0-9!#$%&'*+\-/=?^_`{|}~]+(?:\.[a-z0-9!#$%&'*+\-/=?^_`{|}~]+)*$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** A country, a purpose, or one of them in another script, as Punycode. */
const TOP_LEVEL = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9])$/;
/** What turns a domain into another part of a URL. */
const NOT_IN_DOMAIN = /[\s/\\?#@:%[\]<>^|]/u;

/**
 * A typed address in the form that it is kept, compared and sent to in: in lower case, its domain in ASCII, as SMTP
 * wants it (`jo@bücher.example` is `jo@xn--bcher-kva.example`). Undefined for what no mail can be sent to. Letters
 * beyond ASCII before the @ are among that: most mail servers refuse them.
 */
export function readMailAddress(typed: string): string | undefined {
  const text = toHalfWidth(cleanLine(typed)).toLowerCase();
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  const domain = toAsciiDomain(text.slice(at + 1));
  if (domain === undefined || local.length > LONGEST_LOCAL_PART || !LOCAL_PART.test(local)) return undefined;
  const address = `${local}@${domain}`;
  return address.length > LONGEST_ADDRESS ? undefined : address;
}

/** A domain's name in ASCII, as every browser and Node itself turn it; undefined for what is none. */
function toAsciiDomain(typed: string): string | undefined {
  if (typed === '' || NOT_IN_DOMAIN.test(typed)) return undefined;
  const domain = hostOf(typed);
  const labels = domain.split('.');
  const isName =
    labels.length > 1 && labels.every((label) => LABEL.test(label)) && TOP_LEVEL.test(labels.at(-1)!);
  return isName && domain.length <= LONGEST_DOMAIN ? domain : undefined;
}

function hostOf(domain: string): string {
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    // No URL has such a host: no mail goes there.
    return '';
  }
}

/** ASCII as it is typed on a Japanese or Chinese keyboard, at its usual width. */
function toHalfWidth(text: string): string {
  return text.replace(/[\uFF01-\uFF5E]/g, (character) =>
    String.fromCharCode(character.charCodeAt(0) - 0xfee0),
  );
}
