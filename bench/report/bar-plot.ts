/** Who a bar belongs to decides its colour. */
export type Side = 'keystamp' | 'limit' | 'rival';

export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly side: Side;
}

export interface Plot {
  /** Name of the file, without its ending. */
  readonly file: string;
  readonly title: string;
  /** What the bars count, and which way is better. */
  readonly unit: string;
  /** `log` where the values lie orders of magnitude apart; its bars begin at a power of ten. */
  readonly scale: 'linear' | 'log';
  readonly groups: readonly { readonly title: string; readonly bars: readonly Bar[] }[];
}

const WIDTH = 760;
const BARS = { x: 250, width: 400, height: 18, step: 26 };
const TOP = 66;
const GROUP_TITLE = 30;

/** Follows the reader's theme: in a page an SVG file knows of it only by the media query. */
const style = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 16px }
  .quiet { fill: #59636e; font-size: 12px }
  .group { font-weight: 600 }
  .ground { fill: #ffffff }
  .keystamp { fill: #1f6feb } .limit { fill: #8c959f } .rival { fill: #bc4c00 }
  .value { font-variant-numeric: tabular-nums }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #9198a1 } .ground { fill: #0d1117 }
    .keystamp { fill: #58a6ff } .limit { fill: #6e7681 } .rival { fill: #f0883e }
  }`;

/** Bars beside each other, as an SVG document. Its title and description say the same in words. */
export function drawBars(plot: Plot): string {
  const bars = plot.groups.flatMap((group) => group.bars);
  const lengthOf = lengthsFor(plot.scale, bars);
  let y = TOP;
  const drawn = plot.groups.map((group) => {
    const heading = `<text class="group" x="16" y="${y + 14}">${toXml(group.title)}</text>`;
    y += GROUP_TITLE;
    const rows = group.bars.map((bar) => {
      const row = drawBar(bar, y, lengthOf(bar.value));
      y += BARS.step;
      return row;
    });
    y += 6;
    return [heading, ...rows].join('\n');
  });
  const height = y + 8;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title text">
<title id="title">${toXml(plot.title)}</title>
<desc id="text">${toXml(inWords(plot))}</desc>
<style>${style}
</style>
<rect class="ground" width="${WIDTH}" height="${height}" rx="6"/>
<text class="title" x="16" y="28">${toXml(plot.title)}</text>
<text class="quiet" x="16" y="48">${toXml(plot.unit)}${plot.scale === 'log' ? ' (logarithmic)' : ''}</text>
${drawn.join('\n')}
</svg>
`;
}

function drawBar({ label, value, side }: Bar, y: number, length: number): string {
  const middle = y + BARS.height - 5;
  return `<text x="${BARS.x - 10}" y="${middle}" text-anchor="end">${toXml(label)}</text>
<rect class="${side}" x="${BARS.x}" y="${y}" width="${length.toFixed(1)}" height="${BARS.height}" rx="2"/>
<text class="value" x="${(BARS.x + length + 8).toFixed(1)}" y="${middle}">${formatNumber(value)}</text>`;
}

function lengthsFor(scale: Plot['scale'], bars: readonly Bar[]): (value: number) => number {
  const most = Math.max(...bars.map(({ value }) => value));
  if (scale === 'linear') return (value) => Math.max(1, (value / most) * BARS.width);
  const positive = bars.map(({ value }) => value).filter((value) => value > 0);
  const from = Math.floor(Math.log10(Math.min(...positive))) - 0.3;
  const span = Math.log10(most) - from;
  return (value) => (value > 0 ? Math.max(1, ((Math.log10(value) - from) / span) * BARS.width) : 0);
}

function inWords({ unit, groups }: Plot): string {
  const parts = groups.map(
    ({ title, bars }) =>
      `${title}: ${bars.map(({ label, value }) => `${label} ${formatNumber(value)}`).join(', ')}`,
  );
  return `${unit}. ${parts.join('. ')}.`;
}

/** Three figures that count, thousands apart. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}

function toXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
