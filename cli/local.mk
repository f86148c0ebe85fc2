# SPDX-License-Identifier: LGPL-2.1-or-later
bin_PROGRAMS += wont
wont_SOURCES = \
	%D%/amendment.c %D%/amendment.h \
	%D%/board.c %D%/board.h \
	%D%/canary.c %D%/canary.h \
	%D%/check.c \
	%D%/clerk.c %D%/clerk.h \
	%D%/command.h \
	%D%/commands.h \
	%D%/compile.c \
	%D%/dangers.c %D%/dangers.h \
	%D%/diff.c \
	%D%/difference.c %D%/difference.h \
	%D%/difference_print.c \
	%D%/digest.c %D%/digest.h \
	%D%/docket.c %D%/docket.h \
	%D%/doctor.c \
	%D%/enforce.c \
	%D%/event.c %D%/event.h \
	%D%/explain.c \
	%D%/import.c \
	%D%/judge.c %D%/judge.h \
	%D%/kin.c %D%/kin.h \
	%D%/known.c %D%/known.h \
	%D%/learn.c \
	%D%/lesson.c %D%/lesson.h \
	%D%/lookout.c %D%/lookout.h \
	%D%/machine.c %D%/machine.h \
	%D%/main.c \
	%D%/makers.c %D%/makers.h \
	%D%/merge.c \
	%D%/missing.c %D%/missing.h \
	%D%/option.c %D%/option.h \
	%D%/patch.c %D%/patch.h \
	%D%/profile.c %D%/profile.h \
	%D%/proposal.c %D%/proposal.h \
	%D%/proved.c %D%/proved.h \
	%D%/raw.c %D%/raw.h \
	%D%/ready.c %D%/ready.h \
	%D%/record.c \
	%D%/runs.c \
	%D%/say.c %D%/say.h \
	%D%/seen.c %D%/seen.h \
	%D%/show.c \
	%D%/sighting.c %D%/sighting.h \
	%D%/simulate.c \
	%D%/status.c %D%/status.h \
	%D%/stream.c %D%/stream.h \
	%D%/supervise.c %D%/supervise.h \
	%D%/syscalls.c \
	%D%/tail.c %D%/tail.h \
	%D%/tuple.c %D%/tuple.h \
	%D%/watch.c
wont_LDADD = $(folder_libs) $(outside_libs)
