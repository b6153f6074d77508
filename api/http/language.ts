import { chooseLanguage } from '../../messages/choose-language.ts';
import { LANGUAGE_COOKIE } from '../../messages/language-cookie.ts';
import { LANGUAGES, type Language } from '../../messages/compiled/languages.ts';
import type { Request } from './context.ts';

/** Returns the language of a request: the one chosen on our pages, else the browser's preference. */
export function readLanguage(ctx: Request, languages: readonly Language[] = LANGUAGES): Language {
  return chooseLanguage(languages, {
    cookie: ctx.cookies.get(LANGUAGE_COOKIE),
    accepted: ctx.get('Accept-Language'),
  });
}
