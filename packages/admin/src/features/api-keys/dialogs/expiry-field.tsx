import { plainDate } from '@keystamp/server/contract/relative-time';
import { readTime } from '../../../clock/exact-time.ts';
import { serverNow } from '../../../clock/server-clock.ts';
import { Field } from '../../../components/field.tsx';
import { dayInput, type ExpiryChoice, expiresAtOf } from './expiry-choice.ts';

interface ExpiryFieldProps {
  choice: ExpiryChoice;
  onChange(choice: ExpiryChoice): void;
  error: string | undefined;
}

const dayChoices = [7, 30, 90, 365];

export function ExpiryField({ choice, onChange, error }: ExpiryFieldProps) {
  const hint = hintOf(choice);
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

/** What the choice comes to, so that nobody has to count days. */
function hintOf(choice: ExpiryChoice): string {
  if (choice.kind === 'date') return 'It works to the end of that day.';
  const expiresAt = readTime(expiresAtOf(choice, serverNow()));
  return expiresAt === null
    ? 'It works until somebody stops it.'
    : `It works until ${plainDate(expiresAt)}.`;
}

function chosen(choice: ExpiryChoice, value: string): ExpiryChoice {
  if (value === 'never' || value === 'date') return { ...choice, kind: value };
  return { ...choice, kind: 'days', days: Number(value) };
}
