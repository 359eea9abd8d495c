# rv32imc under `qemu-system-riscv32 -M virt`: stack, zeroed .bss, main, then power off with main's result.
    .section .text.start, "ax"
    .global _start
_start:
    la   sp, stack_top
    la   t0, bss_start
    la   t1, bss_end
zero:
    bgeu t0, t1, run
    sw   zero, 0(t0)
    addi t0, t0, 4
    j    zero
run:
    call main
    # The machine's test device (sifive_test): 0x5555 is success, 0x3333 with a code above it failure.
    li   t0, 0x100000
    li   t1, 0x5555
    beqz a0, off
    slli a0, a0, 16
    li   t1, 0x3333
    or   t1, t1, a0
off:
    sw   t1, 0(t0)
    j    off
