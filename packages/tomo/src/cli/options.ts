/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly debug?: boolean;
  readonly quiet?: boolean;
}

/** Options of train, validate and infer, as Clara's scripts write them. */
export interface RunOptions extends CommonOptions {
  readonly mmar: string;
  readonly config?: string;
  readonly environment?: string;
  readonly set?: readonly string[];
  readonly write_train_stats?: boolean;
  readonly profile?: boolean;
}
