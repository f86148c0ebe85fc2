/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef AUDIT_RECORD_H
#define AUDIT_RECORD_H

/*
 * One record of the kernel's audit subsystem, as text: "audit(SEC.MSEC:SERIAL): NAME=VALUE ...".
 * The records of one event have one serial. Pure; any bytes may come in.
 */

#include "base/compiler.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The text is borrowed from whatever was parsed. */
struct record {
	uint16_t type;	 /* AUDIT_SECCOMP and others of linux/audit.h */
	uint32_t serial; /* wraps around */
	uint64_t time;	 /* nanoseconds since 1970; the kernel tells milliseconds */
	const char *text;
	size_t len;
	/* Programs can send records of this type: they are no evidence, and nothing in them is ever
	 * found. */
	bool is_forgeable;
};

/*
 * What the kernel sends: the type stands in the netlink header, the text has no NUL that counts.
 * -EBADMSG for what is no record.
 */
int record_parse(uint16_t type, const char *text, size_t len, struct record *record) must_check;

/*
 * A line of audit.log, of `ausearch --raw`, of the kernel's own log ("... audit: type=1326
 * audit(...): ...") or of journald's: anything before "type=", "node=NAME" included, is skipped,
 * and what auditd appends in its enriched form is cut off. -ENOMSG for a line that holds no record
 * (empty ones, "----"), -EBADMSG for one that is damaged.
 */
int record_parse_line(const char *line, size_t len, struct record *record) must_check;

/* Can user space send records of this type (AUDIT_USER and its two ranges, linux/audit.h)? */
bool record_type_is_forgeable(uint16_t type);

/* A name and its value as they stand there; quotes are no part of the value. */
struct field {
	const char *name, *value;
	size_t name_len, len;
	bool is_quoted;
};

/* Where a walk over the fields of a record is. Start with field_first. */
struct fields {
	const char *at, *end;
};
struct fields record_fields(const struct record *record);

/* The next field, or false at the end. Words without '=' (as in some security contexts) are
 * skipped. */
bool fields_next(struct fields *fields, struct field *field);

/* Is that the field's name? */
bool field_is(const struct field *field, const char *name);

/*
 * The value as an unsigned number of that base, or a negative one (of base 10) as its two's
 * complement. False for anything else, also for one with something behind it.
 */
bool field_number(const struct field *field, int base, uint64_t *number);
/* The same of 32 bits, signed or not. */
bool field_u32(const struct field *field, int base, uint32_t *number);

/*
 * Appends the bytes of a value that a program may have chosen: the kernel writes them in quotes
 * when they are harmless, and in hexadecimal when they are not (audit_log_untrustedstring,
 * kernel/audit.c). False where there is no value: "(null)", "?", or hexadecimal digits cut in the
 * middle.
 */
bool field_bytes(const struct field *field, struct str *out);

/* The same in the place of what out has; empty where there is no value. */
void field_text(const struct field *field, struct str *out);

#endif
