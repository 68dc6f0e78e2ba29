/** JSON texts that went wrong: mutations of its tokens, so that most stay close to what a client really sends. */
import fc from 'fast-check';

/** A string, a number, a word or a mark; white space between them is dropped. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[a-z]+|[{}[\]:,]/g;

/** Values that a reader of JSON may stumble over. */
const ODD_VALUES = [
  'null',
  'true',
  '0',
  '-0',
  '1.0',
  '1e400',
  '-1',
  '9223372036854775807',
  '""',
  '"\\ud800"',
  '"\\u0000"',
  '"__proto__"',
  '"\\"}],[{"',
  '[]',
  '{}',
  '[[]]',
  '{"":0}',
  '{"type":"text","text":5}',
  '["stop",null,1]',
  '"data: [DONE]\\n\\n"',
  `"${'中'.repeat(3000)}"`,
  `${'['.repeat(3000)}${']'.repeat(3000)}`,
  `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`,
] as const;

/** Texts that are no value. */
const BROKEN_VALUES = [
  'NaN',
  '01',
  '+1',
  "'x'",
  'undefined',
  '"\u0001"',
  '"\\x"',
  '//',
  '{',
  ']',
  '"',
] as const;

const MEMBERS = [
  '"__proto__":{"stream":true}',
  '"constructor":1',
  '"model":"nexcode"',
  '"model":null',
  '"model":"gpt-test"',
  '"mo\\u0064el":"x"',
  '"stream":true',
  '"stream":"true"',
  '"stream":null',
  '"stream_options":{"include_usage":true}',
  '"stream_options":5',
  '"n":1e9',
  '"n":-1',
  '"max_tokens":"many"',
  '"messages":5',
  '"messages":[null]',
  '"prompt":[[1,2],[3]]',
  '"prompt":[]',
  '"prompt":{"a":1}',
  '"best_of":3',
  '"logprobs":5',
  '"echo":true',
  '"suffix":"x"',
  '"tools":[{}]',
  '"response_format":{"type":"json_schema"}',
] as const;

/** Where it happens counts the tokens, from the front and beyond the end again from the front. */
type Mutation =
  | { readonly kind: 'value' | 'member' | 'insert'; readonly at: number; readonly text: string }
  | { readonly kind: 'drop' | 'twice' | 'end'; readonly at: number };

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('value'),
      at: fc.nat(60),
      text: fc.constantFrom(...ODD_VALUES),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('member'), at: fc.nat(10), text: fc.constantFrom(...MEMBERS) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('insert'),
      at: fc.nat(60),
      text: fc.constantFrom(...BROKEN_VALUES),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('drop', 'twice', 'end'), at: fc.nat(60) }),
  },
);

/** The text of a JSON value with a few mutations. */
export function mutatedJson(text: string): fc.Arbitrary<string> {
  return fc.array(mutation, { maxLength: 4 }).map((mutations) => {
    // Untouched, the text keeps its own white space.
    if (mutations.length === 0) return text;
    return mutations.reduce(mutate, text.match(TOKEN) ?? []).join('');
  });
}

function mutate(tokens: readonly string[], step: Mutation): string[] {
  if (tokens.length === 0) return [];
  const at = step.at % tokens.length;
  switch (step.kind) {
    case 'value':
      return tokens.with(nextWhere(tokens, at, isScalarValue), step.text);
    case 'member': {
      const brace = nextWhere(tokens, at, (index) => tokens[index] === '{');
      const comma = tokens[brace + 1] === '}' ? '' : ',';
      return tokens.toSpliced(brace + 1, 0, step.text, comma);
    }
    case 'insert':
      return tokens.toSpliced(at, 0, step.text);
    case 'drop':
      return tokens.toSpliced(at, 1);
    case 'twice':
      return tokens.toSpliced(at, 0, tokens[at] ?? '');
    case 'end':
      return tokens.slice(0, at);
  }

  function isScalarValue(index: number): boolean {
    return !/^[{}[\]:,]?$/.test(tokens[index] ?? '') && tokens[index + 1] !== ':';
  }
}

/** The first index from `at` on, around the end, that satisfies; `at` where none does. */
function nextWhere(tokens: readonly string[], at: number, satisfies: (index: number) => boolean): number {
  for (let step = 0; step < tokens.length; step += 1) {
    const index = (at + step) % tokens.length;
    if (satisfies(index)) return index;
  }
  return at;
}
