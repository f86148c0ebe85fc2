# SPDX-License-Identifier: LGPL-2.1-or-later
interop_libinterop_a_SOURCES = \
	%D%/audit.c \
	%D%/format.h \
	%D%/formats.c \
	%D%/strace.c \
	%D%/strace_line.c %D%/strace_line.h \
	%D%/strace_value.c %D%/strace_value.h \
	%D%/tale.c %D%/tale.h
