import { plainDate } from '@keystamp/server/contract/relative-time';
import { serverNow } from '../../../clock/server-clock.ts';
import { Button } from '../../../components/button.tsx';
import { type Decision, dayAfter, noonOf } from './decisions.ts';

export const KEEP_DAYS = [30, 90, 365] as const;

interface ReviewAnswersProps {
  decision: Decision | undefined;
  keepDays: number;
  onKeepDays(days: number): void;
  onDecide(decision: Decision): void;
}

/** The three answers about a key, with the letters that give them. */
export function ReviewAnswers({ decision, keepDays, onKeepDays, onDecide }: ReviewAnswersProps) {
  const until = dayAfter(keepDays, serverNow());
  return (
    <div className="review-answers">
      <div className="review-keep">
        <Button
          aria-pressed={decision?.kind === 'keep'}
          aria-keyshortcuts="K"
          onClick={() => onDecide({ kind: 'keep', until })}
        >
          Keep until {plainDate(noonOf(until))} <kbd>K</kbd>
        </Button>
        <select
          className="select"
          aria-label="Keep for"
          value={keepDays}
          onChange={(event) => onKeepDays(Number(event.currentTarget.value))}
        >
          {KEEP_DAYS.map((days) => (
            <option key={days} value={days}>
              {days} days
            </option>
          ))}
        </select>
      </div>
      <Button
        aria-pressed={decision?.kind === 'disable'}
        aria-keyshortcuts="D"
        onClick={() => onDecide({ kind: 'disable' })}
      >
        Disable <kbd>D</kbd>
      </Button>
      <Button
        className="review-revoke"
        aria-pressed={decision?.kind === 'revoke'}
        aria-keyshortcuts="R"
        onClick={() => onDecide({ kind: 'revoke' })}
      >
        Revoke <kbd>R</kbd>
      </Button>
    </div>
  );
}

/** What a letter answers; null: nothing. */
export function answerOf(letter: string, keepDays: number): Decision | null {
  switch (letter.toLowerCase()) {
    case 'k':
      return { kind: 'keep', until: dayAfter(keepDays, serverNow()) };
    case 'd':
      return { kind: 'disable' };
    case 'r':
      return { kind: 'revoke' };
    default:
      return null;
  }
}
