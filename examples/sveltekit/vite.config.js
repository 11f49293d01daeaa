import { sveltekit } from '@sveltejs/kit/vite';

export default {
  plugins: [sveltekit()],
  // Only where the package is a link, as it is here.
  ssr: { external: ['keystamp'] },
};
