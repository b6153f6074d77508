/** Validates and normalizes mail addresses, for the pages, the contract and the accounts. */

import { cleanLine } from './text.ts';

/** The length limits of SMTP. */
export const LONGEST_ADDRESS = 254;
const LONGEST_LOCAL_PART = 64;
const LONGEST_DOMAIN = 253;

/** RFC 5322's dot-atom: the form without quotes, the only one in use. */
const LOCAL_PART = /^[a-z0-9!#$%&'*+\-/=?^_`{|}~]+(?:\.[a-z0-9!#$%&'*+\-/=?^_`{|}~]+)*$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** A top-level domain, or a Punycode one for other scripts. */
const TOP_LEVEL = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9])$/;
/** Characters that would turn a domain into another part of a URL. */
const NOT_IN_DOMAIN = /[\s/\\?#@:%[\]<>^|]/u;

/**
 * Returns a typed address in the form in which it is stored, compared and used: in lower case, its domain in ASCII, as
 * SMTP requires (`jo@bücher.example` becomes `jo@xn--bcher-kva.example`). Returns undefined for an undeliverable
 * address. These include addresses with non-ASCII letters before the @, which most mail servers refuse.
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

/** Returns a domain's ASCII form, as browsers and Node compute it; undefined for an invalid domain. */
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
    // Not a valid host: no mail can be delivered there.
    return '';
  }
}

/** Converts full-width characters, as typed on Japanese and Chinese keyboards, to ASCII. */
function toHalfWidth(text: string): string {
  return text.replace(/[\uFF01-\uFF5E]/g, (character) =>
    String.fromCharCode(character.charCodeAt(0) - 0xfee0),
  );
}
