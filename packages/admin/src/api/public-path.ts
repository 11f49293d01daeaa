/** The path that the page is served under, without a slash at its end, as `/keys`. Empty: it has the whole host. */
export const publicPath =
  document.querySelector<HTMLMetaElement>('meta[name="keystamp-path"]')?.content ?? '';

/** The address of a path of the page or of the API, for the browser. The router adds the public path by itself. */
export function addressOf(path: string): string {
  return `${publicPath}${path}`;
}

/** The path of the page that an address of it stands for. */
export function pathOf({ pathname, search }: Pick<Location, 'pathname' | 'search'>): string {
  return `${pathname.slice(publicPath.length) || '/'}${search}`;
}
