export type JsonType = "object" | "array" | "string" | "number" | "integer" | "boolean" | "null";

/** The part of JSON Schema that has a pattern. Any other keyword is refused by its name. */
export interface JsonSchema {
  readonly type?: JsonType | readonly JsonType[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  /** Schemas that hold together, and with what is beside them. */
  readonly allOf?: readonly JsonSchema[];
  /** A place in the whole schema, as in `#/$defs/name`; it must not lead back to where it stands. */
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  /** All of them come, in this order; a property that `required` leaves out may be absent. All are required if it is not given. */
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Of a string, the whole of it; with or without `^` and `$`. Only characters come that need no escape in JSON. */
  readonly pattern?: string;
  /** Bounds are whole numbers. Numbers within bounds are written without exponents. */
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}
