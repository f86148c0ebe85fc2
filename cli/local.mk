# SPDX-License-Identifier: LGPL-2.1-or-later
bin_PROGRAMS += wont
wont_SOURCES = \
	%D%/check.c \
	%D%/clerk.c %D%/clerk.h \
	%D%/command.h \
	%D%/commands.h \
	%D%/compile.c \
	%D%/diff.c \
	%D%/difference.c %D%/difference.h \
	%D%/difference_print.c \
	%D%/docket.c %D%/docket.h \
	%D%/doctor.c \
	%D%/enforce.c \
	%D%/event.c %D%/event.h \
	%D%/explain.c \
	%D%/judge.c %D%/judge.h \
	%D%/known.c %D%/known.h \
	%D%/learn.c \
	%D%/lesson.c %D%/lesson.h \
	%D%/machine.c %D%/machine.h \
	%D%/main.c \
	%D%/merge.c \
	%D%/option.c %D%/option.h \
	%D%/profile.c %D%/profile.h \
	%D%/proved.c %D%/proved.h \
	%D%/raw.c %D%/raw.h \
	%D%/record.c \
	%D%/runs.c \
	%D%/say.c %D%/say.h \
	%D%/seen.c %D%/seen.h \
	%D%/show.c \
	%D%/simulate.c \
	%D%/status.c %D%/status.h \
	%D%/supervise.c %D%/supervise.h \
	%D%/syscalls.c \
	%D%/tuple.c %D%/tuple.h
wont_LDADD = $(folder_libs) $(outside_libs)
