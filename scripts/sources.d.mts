export declare const sources: ReadonlyMap<string, string>;
export declare const sourceAliases: { find: RegExp; replacement: string }[];
