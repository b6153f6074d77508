/** A single-page app: no server-side rendering, the API serves one fallback page. */
export const ssr = false;
export const prerender = false;
