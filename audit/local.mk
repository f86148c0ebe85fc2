# SPDX-License-Identifier: LGPL-2.1-or-later
audit_libaudit_a_SOURCES = \
	%D%/beacon.c %D%/beacon.h \
	%D%/call.c %D%/call.h \
	%D%/companion.c %D%/companion.h \
	%D%/control.c %D%/control.h \
	%D%/gather.c %D%/gather.h \
	%D%/reader.c %D%/reader.h \
	%D%/record.c %D%/record.h \
	%D%/serials.c %D%/serials.h \
	%D%/state.c %D%/state.h \
	%D%/text.c %D%/text.h
