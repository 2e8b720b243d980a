import { useId } from 'react';

interface Props<T extends string> {
  legend: string;
  options: ReadonlyArray<{ value: T; name: string }>;
  chosen: readonly T[];
  problem?: string;
  onChange(chosen: readonly T[]): void;
}

/** Some of several, in the order in which they are offered. */
export function Checks<T extends string>({ legend, options, chosen, problem, onChange }: Props<T>) {
  const id = useId();
  const toggle = (value: T) =>
    onChange(
      options
        .map((option) => option.value)
        .filter((one) => (one === value ? !chosen.includes(one) : chosen.includes(one))),
    );
  return (
    <fieldset className="checks" aria-describedby={problem ? id : undefined}>
      <legend>{legend}</legend>
      <div className="checks-options">
        {options.map(({ value, name }) => (
          <label key={value}>
            <input type="checkbox" checked={chosen.includes(value)} onChange={() => toggle(value)} />
            <span>{name}</span>
          </label>
        ))}
      </div>
      {problem && (
        <p id={id} className="error-text">
          {problem}
        </p>
      )}
    </fieldset>
  );
}
