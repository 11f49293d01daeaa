/** How long after a touch, a key or a turn of the wheel somebody counts as there. */
const PRESENT_FOR_MS = 60_000;
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

// The person who opened the page is there.
let lastSignAtMs = Date.now();

for (const sign of SIGNS) {
  window.addEventListener(sign, sawSomebody, { capture: true, passive: true });
}

function sawSomebody(): void {
  lastSignAtMs = Date.now();
}

/** Whether nobody has touched the page for a while: what it asks now, it asks by itself. */
export function isUnattended(): boolean {
  return Date.now() - lastSignAtMs > PRESENT_FOR_MS;
}
