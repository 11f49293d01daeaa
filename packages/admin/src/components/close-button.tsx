interface CloseButtonProps {
  label?: string;
  onClose(): void;
}

export function CloseButton({ label = 'Close', onClose }: CloseButtonProps) {
  return (
    <button type="button" className="dialog-close" aria-label={label} onClick={onClose}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="m4 4 8 8m0-8-8 8" />
      </svg>
    </button>
  );
}
