import { Dice } from "./dice.ts";

export const losses = [Dice] as const;
