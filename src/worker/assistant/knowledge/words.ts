/** What the assistant itself says; everything else is quoted or a model's. The phrases travel in the index. */

/** The assistant's own phrases. */
export interface Words {
  readonly quoted: string;
  readonly otherLanguage: string;
  readonly shortened: string;
  readonly source: string;
  readonly sources: string;
  readonly next: string;
  /** Where no model is connected; `%s` stands for `noModel`, a link to how one is. */
  readonly unknown: string;
  readonly noModel: string;
  /** Where a model is connected and failed. */
  readonly unknownToGuides: string;
  /** Above sections that may answer the question. */
  readonly unsure: string;
  readonly askable: string;
  /** `%s` stands for the reason. */
  readonly modelFailed: string;
  /** By kind, the same order in every language, and the first kind that occurs counts. Lower case. */
  readonly courtesies: readonly Courtesy[];
  /** What may stand beside a courtesy without changing it. */
  readonly courtesyFillers: readonly string[];
  /** The sections that are offered to somebody whose question led nowhere. */
  readonly introductions: readonly number[];
  /** The section that tells how to configure a model; none where no knowledge does. */
  readonly aboutModels?: number;
  /** The rules of a model that answers in the assistant's name. */
  readonly system: string;
  readonly references: string;
  readonly question: string;
}

/** Phrases that ask nothing, and what is said back. */
export interface Courtesy {
  readonly phrases: readonly string[];
  readonly answer: string;
}
