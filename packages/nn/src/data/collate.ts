import { ValueError } from "@unfoldjs/tensor-core";
import { inField } from "./in-field.ts";
import { allAs } from "./kinds.ts";
import { type Column, type StackedField, stackField } from "./stacked.ts";

/** Makes a batch of some examples and their places: tensors in arrays and plain records. */
export type Collate<Example, Batch> = (examples: readonly Example[], indices: Int32Array) => Batch;

/** How fields of the examples become parts of a batch; those that are not named are stacked. */
export type Columns<Example> = { readonly [Field in keyof Example]?: Column<Example[Field], unknown> };

/** The batch that columns make. */
export type Collated<Example, C extends Columns<Example>> = {
  readonly [Field in keyof Example]: C[Field] extends (...values: never[]) => infer Result
    ? Result
    : StackedField<Field, Example[Field]>;
};

/** @throws ValueError on a column whose field the examples do not have */
export function collateBy<Example>(columns: Columns<Example>): Collate<Example, unknown> {
  const named = Object.entries(columns) as [string, Column<unknown, unknown>][];
  return (examples) => {
    const records = allAs(examples, isObject, "a record");
    const fields = Object.keys(records[0] ?? {});
    const unknown = named.find(([field]) => !fields.includes(field));
    if (unknown !== undefined) {
      throw new ValueError(
        "batches",
        { collate: unknown[0], fields: fields.join(", ") },
        "collate names a field that the examples do not have",
      );
    }
    const parts = fields.map((field) => {
      const column = named.find(([name]) => name === field)?.[1];
      const values = records.map((record) => record[field]);
      return [field, inField(field, () => (column === undefined ? stackField(field, values) : column(values)))];
    });
    return Object.fromEntries(parts);
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
