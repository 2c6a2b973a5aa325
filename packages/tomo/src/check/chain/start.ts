import type { FieldFacts } from "../../components/effects/facts.ts";
import type { Task } from "../../config/component_spec.ts";
import { isFile } from "../../config/resolve.ts";
import type { ListFacts } from "../data_facts.ts";
import type { Point } from "./point.ts";

/**
 * A sample as the datalist gives it. The first case stands for all: its headers are looked at where its files are there.
 * Without a datalist the fields that every workflow has are taken for granted, and others may exist.
 */
export function startOf(
  list: ListFacts | null,
  task: Task | null,
  labelFormat: readonly number[] | null,
): Point {
  const trails = new Map();
  if (list === null) return { sample: { fields: usualFields(task, labelFormat), open: true }, trails };
  const first = list.samples[0]!.fields;
  const fields = list.fields.map((field): [string, FieldFacts] => [field, present(first.get(field))]);
  return { sample: { fields: new Map(fields), open: false }, trails };
}

function usualFields(task: Task | null, labelFormat: readonly number[] | null): Map<string, FieldFacts> {
  const path: FieldFacts = { holds: "path", files: null, paths: null };
  const numbers: FieldFacts = {
    holds: "numbers",
    values: "class_index",
    length: labelFormat?.length ?? null,
  };
  const label: FieldFacts = task === null ? { holds: "unknown" } : task === "segmentation" ? path : numbers;
  return new Map([
    ["image", path],
    ["label", label],
  ]);
}

/** Headers are looked at only in files that are there. */
const present = (facts: FieldFacts | undefined): FieldFacts =>
  facts?.holds === "path" && facts.paths !== null && !facts.paths.every(isFile)
    ? { ...facts, paths: null }
    : (facts ?? { holds: "unknown" });
