import { registerHooks } from "node:module";

/**
 * TensorFlow.js' gradients are in no entry that Node can load: the entry for Node leaves them out, and the modules that
 * hold them name each other without endings, as bundlers allow.
 */
export async function registerGradients(): Promise<void> {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const isBare = specifier.startsWith(".") && context.parentURL?.includes("/tfjs-core/dist/");
      return next(isBare && !specifier.endsWith(".js") ? `${specifier}.js` : specifier, context);
    },
  });
  try {
    await import("@tensorflow/tfjs-core/dist/register_all_gradients.js");
  } finally {
    hooks.deregister();
  }
}
