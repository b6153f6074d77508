/** What a person reads below a field that was refused: what to do about it, in the page's language. */

import * as m from '#messages';
import { wordsFor, type FieldCode, type FieldIssue, type FieldWords } from '#domain/field-problem.ts';
import { formatAmount } from '#domain/money.ts';
import { language } from '../browser/language.ts';

const OF_THE_PAGE = { field: m.field, fieldRefusal: m.fieldRefusal };

/** What the words depend on besides the problem. Tests give each language. */
interface Setting {
  /** The shop's currency, if known: bounds of amounts are told in it. */
  readonly currency?: string | undefined;
  readonly language?: string;
  readonly messages?: typeof OF_THE_PAGE;
}

/** Returns the words for an issue of a refusal, or the general ones for a code that this page does not know. */
export function fieldWords(issue: unknown, setting: Setting = {}): string {
  const { field } = setting.messages ?? OF_THE_PAGE;
  if (!isFieldIssue(issue)) return field.refused();
  const words = wordsOf(issue.path, setting);
  return Object.hasOwn(words, issue.code) ? wordsFor(words, issue) : field.refused();
}

/** Codes whose words need their field beside them. */
const ABOUT_ITS_FIELD: ReadonlySet<FieldCode> = new Set<FieldCode>([
  ...(['required', 'wrong_type', 'empty', 'too_short', 'too_long', 'too_few', 'too_many'] as const),
  ...(['too_low', 'too_high', 'not_one_of', 'wrong_format', 'malformed_text', 'control_character'] as const),
  'not_valid',
]);

/** The words for an issue of which the page shows no field; undefined if they would say nothing alone. */
export function wordsWithoutField(issue: unknown, setting: Setting = {}): string | undefined {
  if (!isFieldIssue(issue) || ABOUT_ITS_FIELD.has(issue.code)) return undefined;
  const words = fieldWords(issue, setting);
  return words === (setting.messages ?? OF_THE_PAGE).field.refused() ? undefined : words;
}

function isFieldIssue(issue: unknown): issue is FieldIssue {
  const { code, path } = (issue ?? {}) as { code?: unknown; path?: unknown };
  return typeof code === 'string' && Array.isArray(path);
}

/** The words of every code for the field at this path. */
function wordsOf(path: FieldIssue['path'], setting: Setting): FieldWords {
  const { messages: { field, fieldRefusal } = OF_THE_PAGE, language: locale = language } = setting;
  const money = (amount: number, currency: string) => formatAmount(amount, currency, locale);
  const bound = (value: number) => boundText(String(path.at(-1)), value, locale, setting.currency);
  return {
    required: fieldRefusal.required,
    empty: fieldRefusal.required,
    wrong_type: fieldRefusal.wrongType,
    too_short: fieldRefusal.tooShort,
    too_long: fieldRefusal.tooLong,
    too_few: fieldRefusal.tooFew,
    too_many: fieldRefusal.tooMany,
    too_low: ({ minimum }) => {
      const text = bound(minimum);
      return text === undefined ? fieldRefusal.raise() : fieldRefusal.tooLow({ minimum: text });
    },
    too_high: ({ maximum }) => {
      const text = bound(maximum);
      return text === undefined ? fieldRefusal.lower() : fieldRefusal.tooHigh({ maximum: text });
    },
    not_one_of: fieldRefusal.notOneOf,
    wrong_format: ({ format }) => (format === 'id' ? fieldRefusal.chooseAgain() : fieldRefusal.wrongFormat()),
    unknown_fields: fieldRefusal.reload,
    malformed_text: field.oddCharacter,
    control_character: field.oddCharacter,
    not_a_mail_address: field.emailOdd,
    not_a_time_zone: fieldRefusal.timeZone,
    not_a_currency: fieldRefusal.currency,
    not_a_cursor: fieldRefusal.reload,
    not_a_step: ({ step, currency }) => fieldRefusal.step({ step: money(step, currency) }),
    total_too_high: ({ maximum, currency }) =>
      fieldRefusal.totalTooHigh({ maximum: money(maximum, currency) }),
    common_password: fieldRefusal.commonPassword,
    contact_required: fieldRefusal.contact,
    ...(path[0] === 'onDeadline'
      ? { account_required: fieldRefusal.coversAccount, card_required: fieldRefusal.coversCard }
      : { account_required: fieldRefusal.account, card_required: fieldRefusal.card }),
    not_on_menu: fieldRefusal.notOnMenu,
    unknown_option: fieldRefusal.unknownOption,
    repeated_option: fieldRefusal.repeatedOption,
    too_few_options: fieldRefusal.fewOptions,
    too_many_options: fieldRefusal.manyOptions,
    unknown_spot: fieldRefusal.spot,
    spot_required: fieldRefusal.spot,
    spot_not_in_use: fieldRefusal.spotNotInUse,
    choice_out_of_order: fieldRefusal.choiceOrder,
    unknown_variant: fieldRefusal.reload,
    id_not_allowed: fieldRefusal.reload,
    label_taken: fieldRefusal.labelTaken,
    currency_in_use: fieldRefusal.currencyInUse,
    code_or_secret: fieldRefusal.codeOrSecret,
    amounts_or_percents: fieldRefusal.amountsOrPercents,
    not_offered: fieldRefusal.chooseAgain,
    in_the_past: fieldRefusal.inThePast,
    repeated_person: fieldRefusal.repeatedPerson,
    not_in_order: fieldRefusal.notInOrder,
    lines_or_amount: fieldRefusal.linesOrAmount,
    more_than_left: ({ maximum, currency }) =>
      maximum > 0
        ? fieldRefusal.moreThanLeft({ maximum: money(maximum, currency) })
        : fieldRefusal.nothingLeft(),
    unknown_line: fieldRefusal.unknownLine,
    line_refunded: fieldRefusal.lineRefunded,
    repeated_line: fieldRefusal.repeatedLine,
    nothing_left: fieldRefusal.emptyOrder,
    costs_nothing: fieldRefusal.costsNothing,
    lines_required: fieldRefusal.linesRequired,
    share_required: fieldRefusal.shareRequired,
    other_action: fieldRefusal.reload,
    not_valid: field.refused,
  };
}

/** A bound as its field shows it: money, a percentage, or a number. Undefined for money of an unknown currency. */
function boundText(field: string, value: number, locale: string, currency?: string): string | undefined {
  if (/amount$/i.test(field)) return currency && formatAmount(value, currency, locale);
  if (field === 'taxRate')
    return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(
      value / 10_000,
    );
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(value);
}
