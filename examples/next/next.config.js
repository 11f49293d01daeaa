// The folder above both `next` and `keystamp`. A project of your own needs no entry here.
export default { turbopack: { root: new URL('../..', import.meta.url).pathname } };
