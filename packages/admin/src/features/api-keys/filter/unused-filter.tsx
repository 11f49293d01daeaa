interface UnusedFilterProps {
  value: string | null;
  onChange(value: string | null): void;
}

const choices: readonly [string | null, string][] = [
  [null, 'All'],
  ['30d', '30 days'],
  ['90d', '90 days'],
  ['365d', '365 days'],
  ['never', 'Never used'],
];

/** The question of this page: which keys has nobody used for long? */
export function UnusedFilter({ value, onChange }: UnusedFilterProps) {
  return (
    <fieldset className="segments">
      <legend>Unused for</legend>
      {choices.map(([choice, label]) => (
        <button
          key={label}
          type="button"
          className="segment"
          aria-pressed={value === choice}
          onClick={() => onChange(choice)}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}
