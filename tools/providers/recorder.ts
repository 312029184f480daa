import type { Draft, Message } from './message.ts';

type Maybe<T> = T | Promise<T>;

/** How the verdicts of one library on one provider's messages are recorded. */
export interface Recorder {
  readonly provider: string;
  readonly package: string;
  /** The file of the package to load, when it is not the package's own entry. */
  readonly file?: string;
  /** Whether the file runs without the packages that its own one depends on. */
  readonly alone?: true;
  readonly secret: string;
  readonly otherSecret: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly remoteKeys?: Readonly<Record<string, readonly string[]>>;
  readonly bodies: readonly (string | Uint8Array)[];
  /** Whether the library makes the signature; else the recipe does, and the library judges. */
  readonly signs: boolean;
  readonly sign: (library: Library, draft: Draft) => Maybe<Message>;
  readonly accepts: (library: Library, message: Message, secret: string) => Maybe<unknown>;
}

/**
 * Whatever a package exports. Its types are not there when this is compiled, since it is fetched
 * when vectors are recorded: each recorder says in a cast which part it calls.
 */
export type Library = Readonly<Record<string, unknown>>;

export const textSecret = 'q3Jd8sKe0aLw7fYxq3Jd8sKe0aLw7fYx';
export const otherTextSecret = 'q3Jd8sKe0aLw7fYxq3Jd8sKe0aLw7fYy';

export const jsonBodies = [
  '{"id":"evt_1","type":"a.b"}',
  '{"name":"Zoë \u{1F98A} 文","n":[1,{}]}',
  '{}',
];
