import { InfoTip } from '../../../components/info-tip.tsx';

/** A note on one line, cut where the room ends; hover, focus and touch show all of it. */
export function NoteLine({ note }: { note: string }) {
  return (
    <InfoTip
      tip={
        <bdi className="whole-note" dir="auto">
          {note}
        </bdi>
      }
    >
      <bdi className="note-line">{note}</bdi>
    </InfoTip>
  );
}
