import { mount } from "svelte";
import App from "./App.svelte";
import { movedTo } from "./home/old-links.ts";
import "./look/style.css";
import { home, pageAt } from "./pages.ts";

const target = document.getElementById("app");
const query = new URLSearchParams(location.search);
const moved = pageAt(location.pathname) === home ? movedTo(query) : undefined;
if (moved !== undefined) location.replace(`./${moved}${location.hash}`);
else if (target !== null) mount(App, { target });
