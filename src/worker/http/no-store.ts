/** The header of answers that no cache may keep. */

/** RFC 9111, section 5.2.2.5. */
export const NO_STORE = { 'cache-control': 'no-store' } as const;
