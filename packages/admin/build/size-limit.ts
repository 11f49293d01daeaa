import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Fails the build when all its JavaScript together, gzipped, is over the limit. */
export function sizeLimit({ maxGzippedBytes }: { maxGzippedBytes: number }): Plugin {
  return {
    name: 'keystamp-size-limit',
    apply: 'build',
    generateBundle(_options, bundle) {
      let bytes = 0;
      for (const output of Object.values(bundle)) {
        if (output.type === 'chunk') bytes += gzipSync(output.code).length;
      }
      const size = `${(bytes / 1000).toFixed(1)} kB of JavaScript, gzipped`;
      if (bytes > maxGzippedBytes) {
        this.error(`${size}; expected at most ${maxGzippedBytes / 1000} kB`);
      }
      this.info(size);
    },
  };
}
