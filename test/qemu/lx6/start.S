# An LX6-class core under `qemu-system-xtensa -M sim`: register windows, stack, zeroed .bss, main, the simulator's exit.
# The six window handlers and their places are those of the Xtensa ISA reference manual, section 4.7.1.4.
    .section .vectors, "ax"
    .align 1024
vectors:
    .org 0x00                   # overflow of 4 registers
    s32e  a0, a5, -16
    s32e  a1, a5, -12
    s32e  a2, a5, -8
    s32e  a3, a5, -4
    rfwo
    .org 0x40                   # underflow of 4
    l32e  a0, a5, -16
    l32e  a1, a5, -12
    l32e  a2, a5, -8
    l32e  a3, a5, -4
    rfwu
    .org 0x80                   # overflow of 8
    s32e  a0, a9, -16
    l32e  a0, a1, -12
    s32e  a1, a9, -12
    s32e  a2, a9, -8
    s32e  a3, a9, -4
    s32e  a4, a0, -32
    s32e  a5, a0, -28
    s32e  a6, a0, -24
    s32e  a7, a0, -20
    rfwo
    .org 0xC0                   # underflow of 8
    l32e  a0, a9, -16
    l32e  a1, a9, -12
    l32e  a2, a9, -8
    l32e  a7, a1, -12
    l32e  a3, a9, -4
    l32e  a4, a7, -32
    l32e  a5, a7, -28
    l32e  a6, a7, -24
    l32e  a7, a7, -20
    rfwu
    .org 0x100                  # overflow of 12
    s32e  a0, a13, -16
    l32e  a0, a1, -12
    s32e  a1, a13, -12
    s32e  a2, a13, -8
    s32e  a3, a13, -4
    s32e  a4, a0, -48
    s32e  a5, a0, -44
    s32e  a6, a0, -40
    s32e  a7, a0, -36
    s32e  a8, a0, -32
    s32e  a9, a0, -28
    s32e  a10, a0, -24
    s32e  a11, a0, -20
    rfwo
    .org 0x140                  # underflow of 12
    l32e  a0, a13, -16
    l32e  a1, a13, -12
    l32e  a2, a13, -8
    l32e  a11, a1, -12
    l32e  a3, a13, -4
    l32e  a4, a11, -48
    l32e  a5, a11, -44
    l32e  a6, a11, -40
    l32e  a7, a11, -36
    l32e  a8, a11, -32
    l32e  a9, a11, -28
    l32e  a10, a11, -24
    l32e  a11, a11, -20
    rfwu
    .org 0x300                  # any exception ends the run with 64 + its cause
    rsr   a3, exccause
    addi  a3, a3, 64
    movi  a2, 1
    simcall
    .org 0x340
    rsr   a3, exccause
    addi  a3, a3, 64
    movi  a2, 1
    simcall
    .org 0x3C0
    movi  a3, 63
    movi  a2, 1
    simcall
    .org 0x400

    .section .text.start, "ax"
    .literal_position
    .align 4
    .global _start
_start:
    movi  a0, 0
    movi  a1, stack_top
    movi  a2, vectors
    wsr   a2, vecbase
    movi  a2, 0x40020           # PS: windows on, user mode, no exception level
    wsr   a2, ps
    movi  a2, 0
    wsr   a2, windowbase
    rsync
    movi  a2, 1
    wsr   a2, windowstart
    wsr   a2, cpenable
    rsync
    movi  a3, bss_start
    movi  a4, bss_end
    movi  a2, 0
zero:
    bgeu  a3, a4, run
    s32i  a2, a3, 0
    addi  a3, a3, 4
    j     zero
run:
    call4 main
    mov   a3, a6                # main's result
    movi  a2, 1                 # SYS_exit
    simcall
forever:
    j     forever
