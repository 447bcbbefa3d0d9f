export { library as default } from "@unfoldjs/config/tsdown";
