import { Button } from '../../../components/button.tsx';

interface DisableInsteadProps {
  busy: boolean;
  disabled?: boolean;
  onDisable(): void;
}

/** The second answer to the question before keys end: the one that can be taken back. */
export function DisableInstead({ busy, disabled = false, onDisable }: DisableInsteadProps) {
  return (
    <>
      <Button busy={busy} disabled={disabled} onClick={onDisable}>
        Disable instead
      </Button>
      <span className="spring" />
    </>
  );
}
