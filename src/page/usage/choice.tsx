/** A list of which one thing is chosen, with its label. */

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [value: Value, words: string])[];
  /** The label stands before the list, not above it. */
  readonly inline?: boolean;
  choose(value: Value): void;
}

export function Choice<Value extends string>({ label, value, options, inline, choose }: ChoiceProps<Value>) {
  return (
    <label class={inline ? 'inline' : 'field'}>
      <span>{label}</span>
      <select
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = options.find(([each]) => each === currentTarget.value);
          if (chosen) choose(chosen[0]);
        }}
      >
        {options.map(([each, words]) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
