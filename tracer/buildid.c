/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A reader of ELF notes that trusts nothing it reads. */
#include "tracer/buildid.h"

#include <elf.h>
#include <endian.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum {
	SEGMENTS_MAX = 256,    /* program headers looked at */
	NOTES_MAX = 64 * 1024, /* bytes of notes looked at in a segment */
};

/* The few fields that both classes of ELF have. */
struct notes {
	uint64_t offset;
	uint64_t size;
	uint64_t align;
};

static int read_exactly(int fd, void *buffer, size_t len, uint64_t offset)
{
	if (offset > INT64_MAX - len)
		return -1;
	return pread(fd, buffer, len, (off_t)offset) == (ssize_t)len ? 0 : -1;
}

static size_t round_up(size_t n, size_t align)
{
	return (n + align - 1) / align * align;
}

/* Finds the build-id among notes: each a header, its name and its contents, both padded. */
static size_t find_id(const uint8_t *notes, size_t len, size_t align, uint8_t id[BUILDID_MAX])
{
	Elf64_Nhdr note; /* the same in both classes */

	for (size_t at = 0, next; at + sizeof(note) <= len; at = next) {
		memcpy(&note, notes + at, sizeof(note));
		size_t contents = round_up(at + sizeof(note) + note.n_namesz, align);
		next = round_up(contents + note.n_descsz, align);
		if (contents + note.n_descsz > len)
			return 0;
		if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != sizeof(ELF_NOTE_GNU) ||
		    memcmp(notes + at + sizeof(note), ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU)) != 0)
			continue;
		if (note.n_descsz > BUILDID_MAX)
			return 0;
		memcpy(id, notes + contents, note.n_descsz);
		return note.n_descsz;
	}
	return 0;
}

static size_t read_notes(int fd, const struct notes *where, uint8_t id[BUILDID_MAX])
{
	uint8_t notes[NOTES_MAX];
	size_t len = where->size < sizeof(notes) ? (size_t)where->size : sizeof(notes);

	if (read_exactly(fd, notes, len, where->offset))
		return 0;
	return find_id(notes, len, where->align == 8 ? 8 : 4, id);
}

/* Reads the program header at offset: 0 with *notes filled (empty when it is of another type). */
static int read_segment(int fd, bool is_wide, uint64_t offset, struct notes *notes)
{
	Elf64_Phdr wide;
	Elf32_Phdr narrow;

	*notes = (struct notes){ 0 };
	if (is_wide) {
		if (read_exactly(fd, &wide, sizeof(wide), offset))
			return -1;
		if (wide.p_type == PT_NOTE)
			*notes = (struct notes){ wide.p_offset, wide.p_filesz, wide.p_align };
		return 0;
	}
	if (read_exactly(fd, &narrow, sizeof(narrow), offset))
		return -1;
	if (narrow.p_type == PT_NOTE)
		*notes = (struct notes){ narrow.p_offset, narrow.p_filesz, narrow.p_align };
	return 0;
}

size_t buildid_read(int fd, uint8_t id[BUILDID_MAX])
{
	union {
		unsigned char ident[EI_NIDENT];
		Elf32_Ehdr narrow;
		Elf64_Ehdr wide;
	} header = { 0 };
	ssize_t n = pread(fd, &header, sizeof(header), 0);
	int order = BYTE_ORDER == LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB;
	bool is_wide = header.ident[EI_CLASS] == ELFCLASS64;
	size_t need = is_wide ? sizeof(header.wide) : sizeof(header.narrow);

	if (n < (ssize_t)need || memcmp(header.ident, ELFMAG, SELFMAG) != 0 ||
	    header.ident[EI_DATA] != order)
		return 0;
	uint64_t table = is_wide ? header.wide.e_phoff : header.narrow.e_phoff;
	unsigned count = is_wide ? header.wide.e_phnum : header.narrow.e_phnum;
	size_t size = is_wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
	for (unsigned i = 0; i < count && i < SEGMENTS_MAX; i++) {
		struct notes notes;

		if (read_segment(fd, is_wide, table + i * size, &notes))
			return 0;
		size_t len = notes.size ? read_notes(fd, &notes, id) : 0;
		if (len)
			return len;
	}
	return 0;
}
