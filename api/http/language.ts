import { chooseLanguage } from '../../messages/choose-language.ts';
import { LANGUAGE_COOKIE } from '../../messages/language-cookie.ts';
import { LANGUAGES, type Language } from '../../messages/compiled/languages.ts';
import type { Request } from './context.ts';

/** The language somebody reads our pages in: what she chose there, else what her browser asks for. */
export function readLanguage(ctx: Request, languages: readonly Language[] = LANGUAGES): Language {
  return chooseLanguage(languages, {
    cookie: ctx.cookies.get(LANGUAGE_COOKIE),
    accepted: ctx.get('Accept-Language'),
  });
}
