export { browserTests as default } from "@unfoldjs/config/vitest-browser";
