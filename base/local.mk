# SPDX-License-Identifier: LGPL-2.1-or-later
base_libbase_a_SOURCES = \
	%D%/children.c %D%/children.h \
	%D%/cleanup.h \
	%D%/compiler.h \
	%D%/err.c %D%/err.h \
	%D%/file.c %D%/file.h \
	%D%/lines.c %D%/lines.h \
	%D%/map.c %D%/map.h \
	%D%/number.c %D%/number.h \
	%D%/procfs.c %D%/procfs.h \
	%D%/str.c %D%/str.h \
	%D%/vec.c %D%/vec.h
