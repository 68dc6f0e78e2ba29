/** Registers the service worker. Its address passes the page's one Trusted Types policy, which knows no other. */

const SERVICE_WORKER = '/sw.js';

interface ScriptUrlPolicy {
  createScriptURL(address: string): string;
}

/** The part of the Trusted Types API used here (https://www.w3.org/TR/trusted-types/); absent in some browsers. */
interface PolicyFactory {
  createPolicy(name: string, rules: ScriptUrlPolicy): ScriptUrlPolicy;
}

export function registerOffline(): void {
  if (!('serviceWorker' in navigator)) return;
  const rules: ScriptUrlPolicy = {
    createScriptURL(address) {
      if (address !== SERVICE_WORKER) throw new TypeError('Not the service worker of this page');
      return address;
    },
  };
  const factory = (window as { trustedTypes?: PolicyFactory }).trustedTypes;
  const policy = factory?.createPolicy('nexcode-sw', rules) ?? rules;
  // A browser that forbids it still has the page, only not offline.
  navigator.serviceWorker.register(policy.createScriptURL(SERVICE_WORKER)).catch(() => {});
}
