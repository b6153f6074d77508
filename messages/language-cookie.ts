/** The cookie that holds the language somebody chose on our pages. */
export const LANGUAGE_COOKIE = 'language';

/** The tag of the pseudo-locale: English with accents, longer by a half, which shows testers what overflows. */
export const PSEUDO_LOCALE = 'en-XA';
