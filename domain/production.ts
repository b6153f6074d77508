/** Rejects settings that are unsafe for a deployment with real users and money. */

/** The settings to check, as given. */
export interface JudgedSettings {
  readonly PUBLIC_URL: string;
  readonly APP_SECRET: string;
  readonly APP_SECRET_PREVIOUS?: string | undefined;
  readonly MAIL_FROM: string;
  readonly STRIPE_API_URL?: string | undefined;
}

/** Part of every secret in deploy/demo.env, which is public. */
const PUBLIC_SECRET = /demoOnly|standIn|for-trying-only/i;
/** Words of typed text. */
const TYPED = /secret|password|change.?me|sharetab|example|qwert|test.?test/gi;
/** The case in which people type a word; a random secret has one of these by chance, once in ten million. */
const TYPED_CASE = /^.[^A-Z]*$|^[^a-z]*$/;
const SECRET_BITS = 100;
const NO_MAIL_DOMAIN = /@[^>\s]*\.(test|example|invalid|localhost)>?\s*$/i;

/**
 * Returns what is wrong with the settings for NODE_ENV=production, one line each; `all` holds every setting by name.
 */
export function findUnfitForProduction(
  settings: JudgedSettings,
  all: Readonly<Record<string, string | undefined>>,
): string[] {
  const problems: string[] = [];
  const add = (name: string, problem: string) => problems.push(`${name}: ${problem}`);
  if (settings.STRIPE_API_URL) add('STRIPE_API_URL', 'names a stand-in, which takes no money');
  if (!settings.PUBLIC_URL.startsWith('https:'))
    add('PUBLIC_URL', 'must be https: what people send, passwords included, could be read on its way');
  for (const name of ['APP_SECRET', 'APP_SECRET_PREVIOUS'] as const) {
    if (settings[name] !== undefined && isWeakSecret(settings[name]))
      add(name, 'can be guessed; make one with: openssl rand -hex 32');
  }
  if (NO_MAIL_DOMAIN.test(settings.MAIL_FROM)) add('MAIL_FROM', 'names a domain that nobody can answer to');
  for (const [name, value] of Object.entries(all)) {
    if (value !== undefined && PUBLIC_SECRET.test(value))
      add(name, 'is from deploy/demo.env, which everybody can read');
  }
  return problems;
}

/** Returns whether a secret looks typed, repeated or sequential rather than random. */
export function isWeakSecret(secret: string): boolean {
  return isTyped(secret) || entropyOf(secret) < SECRET_BITS || isRepetition(secret) || hasLongRun(secret);
}

function isTyped(text: string): boolean {
  return (text.match(TYPED) ?? []).some((word) => TYPED_CASE.test(word));
}

/** Returns the Shannon entropy of a text, in bits, by the frequency of its characters. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const parts = [...counts.values()].map((count) => count / text.length);
  return text.length * -parts.reduce((sum, part) => sum + part * Math.log2(part), 0);
}

function isRepetition(text: string): boolean {
  return /^(.{1,16}?)\1+/.exec(text)?.[0].length === text.length || /(.)\1{7}/.test(text);
}

/** Returns whether a text has eight consecutive characters in a row: abcdefgh, 87654321. */
function hasLongRun(text: string): boolean {
  const codes = Array.from(text, (character) => character.codePointAt(0)!);
  const steps = codes.slice(1).map((code, index) => code - codes[index]!);
  return /(1,){7}|(-1,){7}/.test(steps.map((step) => `${step},`).join(''));
}
