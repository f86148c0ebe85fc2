/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Errors: see err.h. */
#define ERR_DEFINES
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Puts text, then more, into e's buffer; "..." marks a cut. */
static void join(struct err *e, const char *text, const char *more)
{
	char joined[2 * sizeof(e->text)];
	size_t len = (size_t)snprintf(joined, sizeof(joined), "%s%s", text, more);

	if (len >= sizeof(e->text)) {
		len = sizeof(e->text) - 1;
		memcpy(joined + len - 3, "...", 4);
	}
	memcpy(e->text, joined, len + 1);
}

/* The formatted text, cut to what an err holds. */
format_printf(2, 0) static void format_text(char out[sizeof(((struct err *)0)->text)],
					    const char *format, va_list args)
{
	size_t size = sizeof(((struct err *)0)->text);

	if (vsnprintf(out, size, format, args) >= (int)size)
		memcpy(out + size - 4, "...", 4);
}

int err_set(struct err *e, int code, const char *format, ...)
{
	va_list args;

	if (!e)
		return code;
	va_start(args, format);
	format_text(e->text, format, args);
	va_end(args);
	e->code = code;
	return code;
}

int err_sys(struct err *e, int code, const char *format, ...)
{
	char text[sizeof(e->text)], why[256];
	va_list args;

	if (!e)
		return code;
	va_start(args, format);
	format_text(text, format, args);
	va_end(args);
	snprintf(why, sizeof(why), ": %s", strerror(-code));
	join(e, text, why);
	e->code = code;
	return code;
}

int err_wrap(struct err *e, int code, const char *format, ...)
{
	char context[sizeof(e->text)], inner[sizeof(e->text) + 2];
	va_list args;

	if (!e)
		return code;
	snprintf(inner, sizeof(inner), ": %s", e->text);
	va_start(args, format);
	format_text(context, format, args);
	va_end(args);
	join(e, context, inner);
	e->code = code;
	return code;
}
