import { exactLocal, exactUtc } from '../clock/exact-time.ts';
import { useTicking } from '../clock/use-ticking.ts';
import { InfoTip } from './info-tip.tsx';

interface ExactTimeProps {
  at: Date;
  /** The wording; it ticks. */
  textAt(now: Date): string;
  /** What this time means. */
  meaning?: string;
}

/** A time in words, and on hover, focus and touch the exact one, local and UTC. */
export function ExactTime({ at, textAt, meaning }: ExactTimeProps) {
  return (
    <InfoTip tip={<ExactTimeTip at={at} meaning={meaning} />}>
      <TickingTime at={at} textAt={textAt} />
    </InfoTip>
  );
}

/** The wording alone, where the exact time stands elsewhere. */
function TickingTime({ at, textAt }: Pick<ExactTimeProps, 'at' | 'textAt'>) {
  const text = useTicking(textAt);
  return (
    <time dateTime={at.toISOString()} lang={navigator.language} dir="auto">
      {text}
    </time>
  );
}

function ExactTimeTip({ at, meaning }: { at: Date; meaning: string | undefined }) {
  return (
    <>
      <span lang={navigator.language} dir="auto">
        {exactLocal(at)}
      </span>
      <span>{exactUtc(at)}</span>
      {meaning !== undefined && <span className="muted">{meaning}</span>}
    </>
  );
}
