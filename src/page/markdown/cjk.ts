/** Which characters are Chinese, Japanese or Korean writing, as parts of a regular expression's character class. */

/**
 * Scripts, enclosed and compatibility forms, full-width forms and CJK punctuation of the basic plane. The curly
 * quotes, the ellipsis, the dash and the middle dot are shared with Latin text, but Chinese has no others.
 * U+3000 is absent on purpose: it is white space.
 */
const BASIC_PLANE =
  '\\u1100-\\u11ff\\u2e80-\\u2fff\\u3001-\\u4dbf\\u4e00-\\u9fff\\ua960-\\ua97f\\uac00-\\ud7ff' +
  '\\uf900-\\ufaff\\ufe10-\\ufe1f\\ufe30-\\ufe4f\\uff01-\\uffef' +
  '\\u00b7\\u2014\\u2018\\u2019\\u201c\\u201d\\u2026';

/** For an expression with the `u` flag: the rarer ideographs are whole characters. */
export const CJK_POINTS = `${BASIC_PLANE}\\u{20000}-\\u{323af}`;

/** For an expression without the `u` flag: the rarer ideographs are known by their first half. */
export const CJK_UNITS = `${BASIC_PLANE}\\ud840-\\ud88c`;
