/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about build-ids. */
#include "tracer/buildid.h"

#include "tests/unit/unit.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { NOTES_AT = 512, ID_LEN = 20 };

/* A file of these bytes, without a name. */
static int file_of(const void *bytes, size_t len)
{
	int fd = memfd_create("elf", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	return fd;
}

struct note {
	uint32_t type;
	const char *name;
	uint32_t size; /* of the contents, which are `fill` repeated */
	int fill;
};

/* Returns where the next one goes. */
static size_t put_note(uint8_t *notes, size_t at, size_t align, struct note n)
{
	Elf64_Nhdr note = { .n_namesz = (uint32_t)strlen(n.name) + 1,
			    .n_descsz = n.size,
			    .n_type = n.type };

	memcpy(notes + at, &note, sizeof(note));
	memcpy(notes + at + sizeof(note), n.name, note.n_namesz);
	at = (at + sizeof(note) + note.n_namesz + align - 1) / align * align;
	memset(notes + at, n.fill, n.size);
	return (at + n.size + align - 1) / align * align;
}

/* A 64-bit ELF file with one PT_LOAD and one PT_NOTE, which holds two notes; returns its size. */
static size_t make_elf(uint8_t file[1024], size_t align, uint32_t id_len)
{
	Elf64_Ehdr header = { .e_phoff = sizeof(header),
			      .e_phentsize = sizeof(Elf64_Phdr),
			      .e_phnum = 2 };
	Elf64_Phdr segments[2] = { { .p_type = PT_LOAD },
				   { .p_type = PT_NOTE, .p_offset = NOTES_AT, .p_align = align } };
	size_t len;

	memset(file, 0, 1024);
	memcpy(header.e_ident, ELFMAG, SELFMAG);
	header.e_ident[EI_CLASS] = ELFCLASS64;
	header.e_ident[EI_DATA] = ELFDATA2LSB;
	len = put_note(file + NOTES_AT, 0, align, (struct note){ NT_GNU_ABI_TAG, "GNU", 16, 1 });
	len = put_note(file + NOTES_AT, len, align, (struct note){ NT_GNU_BUILD_ID, "Go", 8, 2 });
	len = put_note(file + NOTES_AT, len, align,
		       (struct note){ NT_GNU_BUILD_ID, "GNU", id_len, 0xab });
	segments[1].p_filesz = len;
	memcpy(file, &header, sizeof(header));
	memcpy(file + sizeof(header), segments, sizeof(segments));
	return NOTES_AT + len;
}

static void finds_the_id_behind_other_notes(void **state)
{
	uint8_t file[1024], id[BUILDID_MAX];

	(void)state;
	for (size_t align = 4; align <= 8; align += 4) {
		int fd = file_of(file, make_elf(file, align, ID_LEN));

		assert_int_equal(buildid_read(fd, id), ID_LEN);
		for (int i = 0; i < ID_LEN; i++)
			assert_int_equal(id[i], 0xab);
		close(fd);
	}
}

static void refuses_an_id_that_is_too_long(void **state)
{
	uint8_t file[1024], id[BUILDID_MAX];
	int fd = file_of(file, make_elf(file, 4, BUILDID_MAX));

	(void)state;
	assert_int_equal(buildid_read(fd, id), BUILDID_MAX);
	close(fd);
	fd = file_of(file, make_elf(file, 4, BUILDID_MAX + 4));
	assert_int_equal(buildid_read(fd, id), 0);
	close(fd);
}

static void finds_none_in_what_is_no_elf(void **state)
{
	uint8_t id[BUILDID_MAX];
	int fd = file_of("#!/bin/sh\n", 10);

	(void)state;
	assert_int_equal(buildid_read(fd, id), 0);
	close(fd);
	fd = file_of("", 0);
	assert_int_equal(buildid_read(fd, id), 0);
	close(fd);
	assert_int_equal(buildid_read(-1, id), 0);
}

/* Whatever is damaged, the reader stays within its buffers (the sanitizers watch) and ends. */
static void survives_any_damage(void **state)
{
	uint8_t file[1024], id[BUILDID_MAX];
	size_t len = make_elf(file, 4, ID_LEN);

	(void)state;
	srand(1);
	for (int i = 0; i < 3000; i++) {
		uint8_t bad[1024];

		memcpy(bad, file, len);
		for (int n = 1 + rand() % 4; n; n--)
			bad[EI_NIDENT + (size_t)rand() % (len - EI_NIDENT)] =
				(uint8_t)(rand() % 2 ? 0xff : rand());
		int fd = file_of(bad, 1 + (size_t)rand() % len);
		assert_true(buildid_read(fd, id) <= BUILDID_MAX);
		close(fd);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_id_behind_other_notes),
		cmocka_unit_test(refuses_an_id_that_is_too_long),
		cmocka_unit_test(finds_none_in_what_is_no_elf),
		cmocka_unit_test(survives_any_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
