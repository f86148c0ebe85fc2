# SPDX-License-Identifier: LGPL-2.1-or-later
learn_liblearn_a_SOURCES = \
	%D%/box.c %D%/box.h \
	%D%/box_cond.c \
	%D%/chance.c %D%/chance.h \
	%D%/check.c %D%/check.h \
	%D%/danger.c %D%/danger.h \
	%D%/danger_table.c \
	%D%/floor.c \
	%D%/holdout.c %D%/holdout.h \
	%D%/learn.c %D%/learn.h \
	%D%/set.c %D%/set.h \
	%D%/shape.c %D%/shape.h
