import { Button } from '../../../components/button.tsx';

interface DisableInsteadProps {
  busy: boolean;
  onDisable(): void;
}

/** The second answer to the question before keys end: the one that can be taken back. */
export function DisableInstead({ busy, onDisable }: DisableInsteadProps) {
  return (
    <>
      <Button busy={busy} onClick={onDisable}>
        Disable instead
      </Button>
      <span className="spring" />
    </>
  );
}
