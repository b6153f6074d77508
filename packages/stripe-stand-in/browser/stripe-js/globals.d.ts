/** Where the script came from, set by the server before the joined files. */
declare const ORIGIN: string;
/** True for /endive/stripe.js, false for /v3/. */
declare const ENDIVE: boolean;
