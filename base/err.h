/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BASE_ERR_H
#define BASE_ERR_H

/* The one way in which a failure travels: a negative errno-style code and a sentence. */

#include "base/compiler.h"

/*
 * Filled on failure, untouched on success. The text is plain bytes without a final newline; it may
 * quote hostile input, so whoever shows it to a person escapes it (cli/ does).
 */
struct err {
	int code; /* 0, or negative: the code that the failing function returned */
	char text[1024];
};

/*
 * Stores code and a formatted sentence in e (which may be NULL) and returns code, so that a
 * function can end with `return err_set(e, -EINVAL, "line %u: ...", n);`. A text that does not fit
 * is cut and ends in "...".
 */
int err_set(struct err *e, int code, const char *format, ...) format_printf(3, 4);

/* As err_set with ": " and strerror(errno value of code) appended: for system calls that failed. */
int err_sys(struct err *e, int code, const char *format, ...) format_printf(3, 4);

/* Puts "CONTEXT: " before the text that e already holds and returns code unchanged. */
int err_wrap(struct err *e, int code, const char *format, ...) format_printf(3, 4);

/* A static analyser reads one file at a time: tell it that the code comes back, and is none of
 * success (it knows nothing of errno). */
#if defined(__clang_analyzer__) && !defined(ERR_DEFINES)
#define err_known(code)                                                                            \
	__extension__({                                                                            \
		int code_ = (code);                                                                \
		if (code_ >= 0)                                                                    \
			__builtin_unreachable();                                                   \
		code_;                                                                             \
	})
#define err_set(e, code, ...)  ((void)err_set(e, code, __VA_ARGS__), err_known(code))
#define err_sys(e, code, ...)  ((void)err_sys(e, code, __VA_ARGS__), err_known(code))
#define err_wrap(e, code, ...) ((void)err_wrap(e, code, __VA_ARGS__), err_known(code))
#endif

#endif
