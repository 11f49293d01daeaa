/**
 * Copies the text of a field, or of any other element. Where the clipboard is not permitted or missing (plain HTTP), the
 * older command is tried, and the text stays selected: then the keyboard copies it.
 */
export async function copyTextOf(source: HTMLElement): Promise<boolean> {
  const isField = source instanceof HTMLInputElement || source instanceof HTMLTextAreaElement;
  try {
    await navigator.clipboard.writeText(isField ? source.value : (source.textContent ?? ''));
    return true;
  } catch {
    if (isField) {
      source.focus();
      source.select();
    } else {
      getSelection()?.selectAllChildren(source);
    }
    return document.execCommand?.('copy') ?? false;
  }
}
