/**
 * `foldText` of domain/fold.ts as an immutable SQL function, created by a migration of each database that searches
 * text. Changing the rule takes a function with another name in another migration, since generated columns use this
 * one.
 */
export const CREATE_FOLD_TEXT = `
  create function fold_text(typed text) returns text immutable strict parallel safe language sql return
    normalize(btrim(regexp_replace(
      replace(replace(replace(replace(translate(
        regexp_replace(
          lower(normalize(typed, NFKD) collate pg_c_utf8),
          '[\\u00ad\\u0300-\\u036f\\u0483-\\u0487\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7\\u0610-\\u061a' ||
          '\\u061c\\u0640\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e4\\u06e7\\u06e8\\u06ea-\\u06ed\\u180b-\\u180f' ||
          '\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u20d0-\\u20ff\\ufe00-\\ufe0f' ||
          '\\ufe20-\\ufe2f\\ufeff]', '', 'g'),
        'øđðħıłŋŧς', 'oddhilntσ'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
      '[\\u0001-\\u002f\\u003a-\\u0040\\u005b-\\u0060\\u007b-\\u00bf\\u1680\\u2010-\\u2029\\u202f-\\u205f\\u3000-\\u3003\\u3008-\\u301f]+',
      ' ', 'g')), NFC)`;
