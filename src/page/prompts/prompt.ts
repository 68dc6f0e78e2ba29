/** A prompt of one's own: its variables, and how it is found and filled in. Pure. */

/** One row of the library. */
export interface Prompt {
  readonly id: string;
  /** What is typed after `/` finds it by this. */
  readonly name: string;
  /** `{{name}}` stands for a variable, `{{name=text}}` for one with a preset. */
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly updated: number;
}

export interface Variable {
  readonly name: string;
  readonly preset: string;
}

const VARIABLE = /\{\{\s*([^\s{}=](?:[^{}=]*[^\s{}=])?)\s*(?:=([^{}]*))?\}\}/g;

/** The variables of a text, each once, in their order; the first preset holds. */
export function variablesOf(text: string): readonly Variable[] {
  const found = new Map<string, string>();
  for (const [, name = '', preset = ''] of text.matchAll(VARIABLE)) {
    if (!found.get(name)) found.set(name, preset.trim());
  }
  return [...found].map(([name, preset]) => ({ name, preset }));
}

/** The text with its variables filled in; one without a value keeps its braces. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(VARIABLE, (whole, name: string) =>
    Object.hasOwn(values, name) ? `${values[name]}` : whole,
  );
}

/** A `/` that begins a word, with what was typed after it, up to the caret. */
export interface Slash {
  readonly from: number;
  readonly words: string;
}

export function slashBefore(text: string, caret: number): Slash | null {
  const found = /(?:^|\s)\/([^\s/]*)$/.exec(text.slice(0, caret));
  const words = found?.[1];
  return words === undefined ? null : { from: caret - words.length - 1, words };
}

/** Those whose name or text holds the words, by name: names that begin with them first. */
export function matching(prompts: readonly Prompt[], words: string): readonly Prompt[] {
  const wanted = words.toLocaleLowerCase();
  const rank = ({ name, text }: Prompt) => {
    const at = name.toLocaleLowerCase().indexOf(wanted);
    if (at >= 0) return at === 0 ? 0 : 1;
    return text.toLocaleLowerCase().includes(wanted) ? 2 : 3;
  };
  return prompts
    .filter((prompt) => rank(prompt) < 3)
    .toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}
