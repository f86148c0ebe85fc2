/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BASE_COMPILER_H
#define BASE_COMPILER_H

/* The few compiler attributes that the program uses, by the names it uses them under. */

#define must_check		  __attribute__((warn_unused_result))
#define format_printf(text, args) __attribute__((format(printf, text, args)))
#define countof(array)		  (sizeof(array) / sizeof((array)[0]))

#endif
