export const auxOps = [] as const;
