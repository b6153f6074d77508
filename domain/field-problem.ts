/**
 * Why a field of a request is refused: a closed list of codes, each with the numbers that its words need. The API sends
 * them in `details`; pages choose the words (web/src/lib/forms/field-words.ts).
 */

/** The codes, each with its facts. Amounts are in the currency's minor unit. */
interface FactsOf {
  required: unknown;
  wrong_type: { readonly expected: ExpectedType };
  /** A text without any visible character. */
  empty: unknown;
  too_short: { readonly minimum: number };
  too_long: { readonly maximum: number };
  /** Of lists. */
  too_few: { readonly minimum: number };
  too_many: { readonly maximum: number };
  /** Of numbers. */
  too_low: { readonly minimum: number };
  too_high: { readonly maximum: number };
  not_one_of: { readonly values: readonly string[] };
  wrong_format: { readonly format: 'id' | 'time' | 'other' };
  unknown_fields: { readonly keys: readonly string[] };
  malformed_text: unknown;
  control_character: unknown;
  not_a_mail_address: unknown;
  not_a_time_zone: unknown;
  not_a_currency: unknown;
  not_a_cursor: unknown;
  /** Finer than Stripe charges in this currency. */
  not_a_step: { readonly step: number; readonly currency: string };
  /** A bill that no card can pay. */
  total_too_high: { readonly maximum: number; readonly currency: string };
  common_password: unknown;
  contact_required: unknown;
  account_required: unknown;
  card_required: unknown;
  not_on_menu: unknown;
  unknown_option: { readonly product: string };
  repeated_option: unknown;
  too_few_options: { readonly minimum: number; readonly group: string };
  too_many_options: { readonly maximum: number; readonly group: string };
  unknown_spot: unknown;
  spot_required: unknown;
  spot_not_in_use: unknown;
  /** Of a product's option group. */
  choice_out_of_order: unknown;
  unknown_variant: unknown;
  id_not_allowed: unknown;
  label_taken: unknown;
  currency_in_use: unknown;
  /** Of a tab: exactly one of the two. */
  code_or_secret: unknown;
  /** Of a split by agreement: exactly one of the two. */
  amounts_or_percents: unknown;
  /** A choice that the shop does not offer. */
  not_offered: unknown;
  in_the_past: unknown;
  repeated_person: unknown;
  /** Somebody for whom a line is to be added. */
  not_in_order: unknown;
  lines_or_amount: unknown;
  more_than_left: { readonly maximum: number; readonly currency: string };
  unknown_line: unknown;
  line_refunded: unknown;
  repeated_line: unknown;
  /** Of a change that takes everything off. */
  nothing_left: unknown;
  costs_nothing: unknown;
  lines_required: unknown;
  share_required: unknown;
  other_action: unknown;
  /** For what has no code yet; a test finds it. */
  not_valid: unknown;
}

export type ExpectedType = 'text' | 'number' | 'whole_number' | 'boolean' | 'list' | 'object';
export type FieldCode = keyof FactsOf;
export type FieldFacts<Code extends FieldCode> = FactsOf[Code];

/** A code with its facts. */
export type FieldProblem = {
  [Code in FieldCode]: { readonly code: Code } & FactsOf[Code];
}[FieldCode];

/** A problem of the field at `path` in the body, query or headers. */
export type FieldIssue = FieldProblem & { readonly path: readonly (string | number)[] };

/** Words for every code: the compiler asks for each. */
export type FieldWords = { readonly [Code in FieldCode]: (facts: FactsOf[Code]) => string };

/** Returns the words for a problem. */
export function wordsFor(words: FieldWords, problem: FieldProblem): string {
  return (words[problem.code] as (facts: FieldProblem) => string)(problem);
}
