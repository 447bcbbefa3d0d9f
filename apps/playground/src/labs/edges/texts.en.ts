export const en = { name: "edges", title: "edges", why: "" };
export type Texts = typeof en;
