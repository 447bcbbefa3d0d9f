/** Why the core in a folder does not go with the sources, or undefined if it does. */
export declare function mismatch(folder?: string): string | undefined;
