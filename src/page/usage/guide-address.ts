/** The guide of keys and the ledger. */
export function guideAddress(locale: string): string {
  return `/docs/${locale === 'en' ? 'en' : 'zh'}/keys`;
}
