/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_BUILDID_H
#define TRACER_BUILDID_H

/* The GNU build-id of an ELF file: NT_GNU_BUILD_ID among its PT_NOTE segments (elf(5)). */

#include <stddef.h>
#include <stdint.h>

enum { BUILDID_MAX = 64 };

/*
 * Reads the build-id of the file behind fd: its length, or 0 when there is none that can be read
 * (no ELF, the other byte order, damaged, longer than BUILDID_MAX). The file may be hostile.
 */
size_t buildid_read(int fd, uint8_t id[BUILDID_MAX]);

#endif
