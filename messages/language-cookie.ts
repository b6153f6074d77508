/** The cookie with the language that a reader chose on our pages. */
export const LANGUAGE_COOKIE = 'language';

/** The tag of the pseudo-locale: accented, half-again longer English, which reveals text that overflows. */
export const PSEUDO_LOCALE = 'en-XA';
