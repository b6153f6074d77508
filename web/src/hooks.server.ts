/** Runs in development, and once in the build, whose next step fills in every language. */

import { building } from '$app/env';
import type { Handle } from '@sveltejs/kit/hooks';
import { MESSAGES_FOLDER } from '../../messages/compile.ts';
import { readTexts } from '../../messages/compiler/catalog.ts';
import { fillHtml } from '../../messages/compiler/fill-html.ts';
import { chooseLanguage } from '../../messages/choose-language.ts';

/** Sends the page in the reader's language, as the API does with the built pages. */
export const handle: Handle = ({ event, resolve }) => {
  if (building) return resolve(event);
  const texts = readTexts(MESSAGES_FOLDER);
  const language = chooseLanguage([...texts.keys()], {
    cookie: event.cookies.get('language'),
    accepted: event.request.headers.get('accept-language') ?? '',
  });
  return resolve(event, { transformPageChunk: ({ html }) => fillHtml(html, language, texts.get(language)!) });
};
