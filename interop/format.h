/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef INTEROP_FORMAT_H
#define INTEROP_FORMAT_H

/* Other tools' recordings, read line by line and told to a sink as a back end would. Pure. */

#include "tracer/event.h"

/* The path of an executable that a log does not name. */
#define EXE_UNKNOWN "?"

/* Which calls of a log are wanted; all of those given have to fit. */
struct format_filter {
	const char *exe; /* of this executable; NULL: any */
	const char *key; /* of the rule with this key; NULL: any */
	bool has_session;
	uint32_t session;  /* of this login session */
	bool is_selection; /* the log is a part of what there was: gaps between serials are no loss
			    */
};

/* What a log lacks. Any of it makes the run lossy. */
struct format_gaps {
	uint64_t missing;   /* calls that the log itself shows to be missing */
	uint64_t damaged;   /* lines or records that could not be read */
	uint64_t unknown;   /* calls of an unknown ABI or name */
	uint64_t denied;    /* not a loss: calls that a filter denied, which are left out */
	uint64_t nameless;  /* not a loss: executables that the log does not name: "?" */
	const char *caveat; /* why the log is not the whole truth even so; or NULL */
};

/* A format. Add one: one file, one line in interop/formats.c, one in local.mk, one test case. */
struct format {
	const char *name, *summary;
	/* What reads; NULL: out of memory. Both are borrowed. */
	void *(*begin)(const struct sink *sink, const struct format_filter *filter);
	/* The next line: 0, -ENOMEM or what the sink returned. What cannot be read is counted. */
	int (*line)(void *reading, const char *line, size_t len);
	/* The end of the log. */
	int (*end)(void *reading, struct format_gaps *gaps);
	void (*free)(void *reading);
};

extern const struct format *const formats[]; /* ends with NULL */
const struct format *format_by_name(const char *name);

extern const struct format format_audit, format_strace;

#endif
