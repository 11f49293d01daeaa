import { serverNow } from '../../../clock/server-clock.ts';
import { Field } from '../../../components/field.tsx';
import { dayInput, type ExpiryChoice } from './expiry-choice.ts';

interface ExpiryFieldProps {
  choice: ExpiryChoice;
  onChange(choice: ExpiryChoice): void;
  error: string | undefined;
}

const dayChoices = [7, 30, 90, 365];

export function ExpiryField({ choice, onChange, error }: ExpiryFieldProps) {
  const hint = choice.kind === 'date' ? 'It works to the end of that day.' : undefined;
  return (
    <Field label="Expires" hint={hint} error={error}>
      {(control) => (
        <div className="expiry">
          <select
            {...control}
            aria-invalid={choice.kind === 'date' ? undefined : control['aria-invalid']}
            className="select"
            value={choice.kind === 'days' ? String(choice.days) : choice.kind}
            onChange={(event) => onChange(chosen(choice, event.target.value))}
          >
            <option value="never">Never</option>
            {dayChoices.map((days) => (
              <option key={days} value={days}>
                {days === 365 ? 'In 1 year' : `In ${days} days`}
              </option>
            ))}
            <option value="date">On a day…</option>
          </select>
          {choice.kind === 'date' && (
            <input
              type="date"
              name="expires_on"
              autoComplete="off"
              className="input"
              aria-label="Day of expiry"
              aria-describedby={control['aria-describedby']}
              aria-invalid={control['aria-invalid']}
              min={dayInput(serverNow())}
              value={choice.date}
              onChange={(event) => onChange({ ...choice, date: event.target.value })}
            />
          )}
        </div>
      )}
    </Field>
  );
}

function chosen(choice: ExpiryChoice, value: string): ExpiryChoice {
  if (value === 'never' || value === 'date') return { ...choice, kind: value };
  return { ...choice, kind: 'days', days: Number(value) };
}
