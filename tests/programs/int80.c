/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* 64-bit code that makes i386 calls: getpid (20) and write (4) through int 0x80. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static long i386_call(long nr, long a, long b, long c)
{
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(nr), "b"(a), "c"(b), "d"(c)
			 : "memory", "r8", "r9", "r10", "r11");
	return result;
}

int main(void)
{
	/* An i386 pointer has 32 bits. */
	char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	if (low == MAP_FAILED)
		return 1;
	strcpy(low, "through int 0x80\n");
	for (int i = 0; i < 5; i++)
		if (i386_call(20, 0, 0, 0) != getpid())
			return 2;
	return i386_call(4, 1, (long)low, (long)strlen(low)) == (long)strlen(low) ? 0 : 3;
}
