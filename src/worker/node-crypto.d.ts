/** The two functions of Node's crypto that the Worker uses, synchronous where Web Crypto is not. No other Node module. */
declare module 'node:crypto' {
  interface Digest {
    update(data: string): this;
    digest(): Uint8Array;
    digest(encoding: 'hex'): string;
  }
  export function createHash(algorithm: 'sha256'): Digest;
  export function createHmac(algorithm: 'sha256', key: string): Digest;
}
