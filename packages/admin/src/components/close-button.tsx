export function CloseButton({ onClose }: { onClose(): void }) {
  return (
    <button type="button" className="dialog-close" aria-label="Close" onClick={onClose}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="m4 4 8 8m0-8-8 8" />
      </svg>
    </button>
  );
}
