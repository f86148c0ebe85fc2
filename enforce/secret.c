/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory at an address that cannot be guessed. */
#include "enforce/secret.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

/* x86_64 gives a process the lower 47 bits (Documentation/arch/x86/x86_64/mm.rst); a 32-bit one
 * gets two or three gigabytes. */
enum { ADDRESS_BITS = sizeof(void *) == 8 ? 47 : 31 };

/* So many places may turn out to be taken. The odds of one are below a thousandth. */
enum { ATTEMPTS = 64 };

/* An address with `size` bytes of user space behind it, or 0 when there is no entropy. */
static uintptr_t draw_address(size_t size, size_t align)
{
	const uintptr_t top = (uintptr_t)1 << ADDRESS_BITS;
	uintptr_t address;

	for (;;) {
		ssize_t n = getrandom(&address, sizeof(address), 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n != sizeof(address))
			return 0;
		address &= (top - 1) & ~(align - 1);
		if (address && address <= top - size)
			return address;
	}
}

/* Maps the pages around [address, address + size): 0, or -errno. */
static int map_at(uintptr_t address, size_t size, struct secret *s)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	const uintptr_t first = address & ~(page - 1);
	const size_t length = ((address + size + page - 1) & ~(page - 1)) - first;
	void *at = mmap((void *)first, length, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (at == MAP_FAILED)
		return -errno;
	if (at != (void *)first) {
		/* Before Linux 4.17 the address is a mere hint. */
		munmap(at, length);
		return -EEXIST;
	}
	*s = (struct secret){
		.address = (void *)address, .size = size, .pages = at, .pages_size = length
	};
	return 0;
}

int secret_map(size_t size, size_t align, struct secret *s, struct err *e)
{
	int r = -ENOMEM;

	if (!size || size >= (uintptr_t)1 << (ADDRESS_BITS - 1))
		return err_set(e, -ENOMEM, "cannot hide %zu bytes in the address space", size);
	for (int i = 0; i < ATTEMPTS; i++) {
		uintptr_t address = draw_address(size, align);

		if (!address)
			return err_set(e, -EIO, "no random bytes to draw an address from");
		r = map_at(address, size, s);
		if (!r)
			return 0;
	}
	return err_sys(e, r == -EACCES ? -EPERM : r, "no place for %zu bytes at a random address",
		       size);
}

void secret_unmap(struct secret *s)
{
	if (s->pages)
		munmap(s->pages, s->pages_size);
	*s = (struct secret){ 0 };
}

int secret_string(const char *text, struct secret *s, struct err *e)
{
	size_t size = strlen(text) + 1;
	int r = secret_map(size, 1, s, e);

	if (!r)
		memcpy(s->address, text, size);
	return r;
}

int secret_strings(char *const strings[], struct secret *s, struct err *e)
{
	size_t count = 0, size = 0;

	for (; strings[count]; count++)
		size += strlen(strings[count]) + 1;
	int r = secret_map((count + 1) * sizeof(char *) + size, sizeof(char *), s, e);
	if (r)
		return r;
	char **copies = s->address;
	char *end = (char *)(copies + count + 1);
	for (size_t i = 0; i < count; i++) {
		copies[i] = end;
		end = stpcpy(end, strings[i]) + 1;
	}
	return 0;
}
