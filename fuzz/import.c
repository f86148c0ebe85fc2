/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as a log, in every format that is imported; the sink holds what it is told to its word.
 */
#include "interop/format.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static int take_event(void *context, const struct event *event)
{
	uint64_t *calls = context;

	demand(event->process && event->process->exe && event->process->exe->path);
	if (event->kind != EVENT_SYSCALL) {
		autostr struct str argv = { 0 };

		if (event->probe && event->kind != EVENT_EXIT)
			event->probe->text(event, 0, ARG_ARGV, &argv);
		return 0;
	}
	demand(event->arch && event->probe && event->probe->text);
	++*calls;
	for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
		for (enum arg_class class = ARG_PATH; class <= ARG_ARGV; class ++) {
			autostr struct str text = { 0 };

			event->probe->text(event, i, class, &text);
			demand(text.len <= (size_t)1 << 24);
		}
	}
	return 0;
}

static void read_as(const struct format *format, const char *at, const char *end)
{
	static const struct format_filter any;
	uint64_t calls = 0;
	struct sink sink = { .event = take_event, .context = &calls };
	struct format_gaps gaps = { 0 };
	void *reading = format->begin(&sink, &any);

	demand(reading);
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((newline ? newline : end) - at);

		demand(!format->line(reading, at, len));
		at += len + 1;
	}
	demand(!format->end(reading, &gaps));
	format->free(reading);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (const struct format *const *f = formats; *f; f++)
		read_as(*f, (const char *)data, (const char *)data + size);
	return 0;
}
