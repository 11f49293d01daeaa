import { Button } from './button.tsx';

interface DiscardQuestionProps {
  onKeep(): void;
  onDiscard(): void;
}

/** Stands in the place of a dialog's buttons where leaving would throw away what was filled in. */
export function DiscardQuestion({ onKeep, onDiscard }: DiscardQuestionProps) {
  return (
    <>
      <p className="discard-question" role="alert">
        Throw away what you filled in?
      </p>
      <Button onClick={onDiscard}>Throw away</Button>
      <Button variant="primary" onClick={onKeep} data-discard-keep>
        Keep editing
      </Button>
    </>
  );
}
