/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A static i386 program without libc: write, getpid, exit. Assembles without a 32-bit toolchain. */
	.globl _start
	.text
_start:
	movl $20, %eax
	int $0x80
	movl $4, %eax
	movl $1, %ebx
	movl $text, %ecx
	movl $size, %edx
	int $0x80
	movl $1, %eax
	xorl %ebx, %ebx
	int $0x80
	.section .rodata
text:	.ascii "a 32-bit program\n"
	.set size, . - text
	.section .note.GNU-stack,"",@progbits
