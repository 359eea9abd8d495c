// The part of WebAssembly's JavaScript API that the twin uses: the types that TypeScript ships for it want the DOM's.
declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]: string;
  }
  const Module: new (bytes: Uint8Array) => Module;
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  interface Global {
    readonly value: number;
  }
  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  const Instance: new (
    module: Module,
    imports?: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => Instance;
}
