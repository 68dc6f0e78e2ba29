/** What the assistant itself says; everything else is quoted or a model's. The phrases travel in the index. */
/** The assistant's own phrases. */
export interface Words {
  readonly quoted: string;
  readonly otherLanguage: string;
  readonly shortened: string;
  readonly source: string;
  readonly sources: string;
  readonly next: string;
  readonly unknown: string;
  readonly nearest: string;
  readonly connectModel: string;
  /** `%s` stands for the reason. */
  readonly modelFailed: string;
  /** Questions whose sections are offered to somebody whose own led nowhere. */
  readonly introductions: readonly string[];
  /** The question whose section tells how to configure a model. */
  readonly aboutModels: string;
  /** The rules of a model that answers in the assistant's name. */
  readonly system: string;
  readonly references: string;
  readonly question: string;
}
