// The emulated machines: their compilers and emulators as Debian packages them.
import { type KernelTarget, MAC16, PORTABLE, WITHOUT_HIGH_PRODUCT } from "../../src/ir/kernel.ts";

export interface Target {
  /** Its folder below test/qemu/. */
  readonly id: string;
  readonly title: string;
  /** Prefix of the compiler's programs. */
  readonly toolchain: string;
  readonly flags: readonly string[];
  /** Sources in that folder. */
  readonly sources: readonly string[];
  readonly emulator: string;
  /** The emulator's arguments for an image. */
  readonly run: (image: string) => readonly string[];
  /** Ticks of platform.h for one executed instruction. */
  readonly ticksPerInstruction: number;
  /** What its kernels are chosen for. */
  readonly kernels: KernelTarget;
  /** Debian packages of compiler and emulator. */
  readonly packages: readonly string[];
}

export const TARGETS: readonly Target[] = [
  {
    id: "rv32",
    title: "rv32imc (ESP32-C3's instruction set)",
    toolchain: "riscv64-unknown-elf-",
    flags: ["-march=rv32imc", "-mabi=ilp32"],
    sources: ["start.S", "platform.cpp"],
    emulator: "qemu-system-riscv32",
    run: (image) => [
      ..."-M virt -cpu rv32 -bios none -icount shift=0 -serial stdio -kernel".split(" "),
      image,
    ],
    ticksPerInstruction: 1,
    kernels: PORTABLE,
    packages: ["gcc-riscv64-unknown-elf", "qemu-system-misc"],
  },
  {
    id: "lx106",
    title: "Xtensa lx106 (no loops, no FPU)",
    toolchain: "xtensa-lx106-elf-",
    flags: ["-mlongcalls", "-mtext-section-literals"],
    sources: ["start.S", "platform.cpp", "integers.cpp", "floats.cpp"],
    emulator: "qemu-system-xtensa",
    // With -kernel the machine's reset would overwrite the entry point.
    run: (image) => [
      ..."-M sim -cpu lx106 -semihosting -icount shift=6 -serial none -device".split(" "),
      `loader,file=${image},cpu-num=0`,
    ],
    ticksPerInstruction: 64 / 25,
    kernels: WITHOUT_HIGH_PRODUCT,
    packages: ["gcc-xtensa-lx106", "qemu-system-misc"],
  },
];

/** The prefix of the LX6-class compiler's programs: scripts/toolchain-lx6.sh builds it, no distribution has it. */
const LX6_TOOLCHAIN = process.env["BANDSMITH_LX6"] ?? "/opt/xtensa-lx/bin/xtensa-elf-";

/**
 * The ESP32's class of core. Its emulated core lacks MULSH and MULUH, which the real one has, so that 64-bit products
 * count some instructions too many.
 */
export const LX6: Target = {
  id: "lx6",
  title: "Xtensa LX6 class (the ESP32's: loops, MAC16)",
  toolchain: LX6_TOOLCHAIN,
  // In ESP-IDF, the core's own header says so.
  flags: ["-mlongcalls", "-DXCHAL_HAVE_MAC16=1", "-DXCHAL_HAVE_CLAMPS=1"],
  sources: ["start.S", "../lx106/platform.cpp"],
  emulator: "qemu-system-xtensa",
  run: (image) => [
    ..."-M sim -cpu de233_fpu -semihosting -icount shift=6 -serial none -device".split(" "),
    `loader,file=${image},cpu-num=0`,
  ],
  ticksPerInstruction: 64 / 25,
  kernels: MAC16,
  packages: ["scripts/toolchain-lx6.sh", "qemu-system-misc"],
};

/** The same core with the portable kernels. */
export const LX6_PORTABLE: Target = {
  ...LX6,
  title: `${LX6.title}, portable kernels`,
  flags: ["-mlongcalls", "-DXCHAL_HAVE_MAC16=0", "-DXCHAL_HAVE_CLAMPS=1"],
  kernels: WITHOUT_HIGH_PRODUCT,
};
