export { nodeTests as default } from "@unfoldjs/config/vitest";
