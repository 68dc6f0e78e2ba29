/** wrangler bundles files of this kind as Data modules (https://developers.cloudflare.com/workers/wrangler/bundling/). */
declare module '*.bin' {
  const bytes: ArrayBuffer;
  export default bytes;
}
