import { Notice } from '../../../components/notice.tsx';

interface LeftOutProps {
  parts: readonly string[];
  /** Takes them out of the address. */
  onClear(): void;
}

/** Says what of the address the list does not follow: it may show more than the address was made for. */
export function LeftOut({ parts, onClear }: LeftOutProps) {
  return (
    <Notice tone="calm">
      <p>The list cannot follow all of this address. It leaves out: {parts.join(', ')}.</p>
      <button type="button" className="link-button" onClick={onClear}>
        Correct the address
      </button>
    </Notice>
  );
}
