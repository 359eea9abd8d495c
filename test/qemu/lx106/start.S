# Xtensa lx106 under `qemu-system-xtensa -M sim`: stack, zeroed .bss, main, then the simulator's exit.
    .section .text.start, "ax"
    .literal_position
    .global _start
_start:
    movi  a1, stack_top
    movi  a2, bss_start
    movi  a3, bss_end
    movi  a4, 0
zero:
    bgeu  a2, a3, run
    s32i  a4, a2, 0
    addi  a2, a2, 4
    j     zero
run:
    call0 main
    mov   a3, a2
    movi  a2, 1         # SYS_exit
    simcall
forever:
    j     forever
