export const en = { name: "digits", title: "digits", why: "" };
export type Texts = typeof en;
