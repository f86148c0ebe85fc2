# SPDX-License-Identifier: LGPL-2.1-or-later
store_libstore_a_SOURCES = \
	%D%/canaries.c \
	%D%/db.c %D%/db.h \
	%D%/denials.c \
	%D%/fold.c %D%/fold.h \
	%D%/indirect.c %D%/indirect.h \
	%D%/internal.h \
	%D%/lineage.c %D%/lineage.h \
	%D%/lock.c %D%/lock.h \
	%D%/merge.c \
	%D%/observation.h \
	%D%/observations.c \
	%D%/owned.c \
	%D%/path.c \
	%D%/profiles.c \
	%D%/recorder.c \
	%D%/resolve.c \
	%D%/runs.c \
	%D%/sql.c %D%/sql.h \
	%D%/store.c %D%/store.h \
	%D%/tally.c %D%/tally.h \
	%D%/uuid.c
