/** The headers that keep an answer of the API from being a page of this origin. */

/** A document made of such an answer has no origin, runs no script and loads nothing. */
export const CONFINED = {
  'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
} as const;
