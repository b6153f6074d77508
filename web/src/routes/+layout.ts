/** A single-page app: nothing is rendered on a server, the API serves one fallback page. */
export const ssr = false;
export const prerender = false;
