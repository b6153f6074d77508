/** Runtime functions of compiled messages, for browsers and the server. */

/** A sentence with parts that are more than text, such as a link: the part between `<link>` and `</link>`. */
export type RichText<Tag extends string> = readonly (string | { readonly tag: Tag; readonly text: string })[];

const rules = new Map<string, Intl.PluralRules>();
const formats = new Map<string, Intl.NumberFormat>();

function kept<T>(known: Map<string, T>, key: string, make: () => T): T {
  const made = known.get(key) ?? make();
  known.set(key, made);
  return made;
}

/** Returns the form for `count`: the one for exactly that number (`=0`), or the one for its plural category. */
export function plural(language: string, count: number, forms: Readonly<Record<string, string>>): string {
  const category = kept(rules, language, () => new Intl.PluralRules(language)).select(count);
  return forms[`=${count}`] ?? forms[category] ?? forms['other'] ?? '';
}

/** Returns a number as the language writes it: `1,250.5` or `1 250,5`. */
export function number(language: string, value: number): string {
  return kept(formats, language, () => new Intl.NumberFormat(language)).format(value);
}

/** Returns a share of one as a percentage: 0.1 is `10%` or `10 %`. */
export function percent(language: string, value: number): string {
  return kept(
    formats,
    `${language} %`,
    () => new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 2 }),
  ).format(value);
}

/** Returns the form for this case, else the one for `other`. */
export function select(value: string, forms: Readonly<Record<string, string>>): string {
  return (Object.hasOwn(forms, value) ? forms[value] : forms['other']) ?? '';
}
