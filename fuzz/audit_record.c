/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as an audit log: line by line, as records and as calls. What is handed over must hold
 * what its header says, whatever came in.
 */
#include "audit/gather.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static int take_call(void *context, struct audit_call *call)
{
	size_t bytes = call->exe.len + call->comm.len + call->cwd.len + call->sockaddr.len;

	(void)context;
	demand(call->pid >= -1 && call->parent >= -1);
	demand(call->is_seccomp != call->has_args);
	demand(call->path_count <= call->paths.len && call->word_count <= call->argv.len);
	demand(call->is_incomplete || call->path_count >= call->items);
	for (uint32_t i = 0; i < call->path_count; i++) {
		demand(!i || call->paths.data[i - 1].item <= call->paths.data[i].item);
		bytes += call->paths.data[i].name.len;
	}
	for (uint32_t i = 0; i < call->word_count; i++) {
		demand(!i || call->argv.data[i - 1].index < call->argv.data[i].index);
		bytes += call->argv.data[i].text.len;
	}
	demand(bytes < (size_t)1 << 30);
	return 0;
}

/* The same line as netlink would bring it must give the same record. */
static void compare(const char *line, size_t len, const struct record *record)
{
	const char *stamp = memmem(line, len, "audit(", 6);
	struct record again;

	demand(stamp && !record_parse(record->type, stamp, (size_t)(line + len - stamp), &again));
	demand(again.serial == record->serial && again.time == record->time);
	demand(again.is_forgeable == record->is_forgeable);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct gather_sink sink = { .call = take_call };
	autogather struct gather *gather = gather_new(&sink);
	const char *at = (const char *)data, *end = at + size;

	demand(gather != NULL);
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((newline ? newline : end) - at);
		struct record record;

		if (!record_parse_line(at, len, &record)) {
			compare(at, len, &record);
			demand(!gather_add(gather, &record));
		}
		at += len + 1;
	}
	demand(!gather_flush(gather, UINT64_MAX));
	return 0;
}
