# SPDX-License-Identifier: LGPL-2.1-or-later
enforce_libenforce_a_SOURCES = \
	%D%/arrange.c %D%/arrange.h \
	%D%/cache.c %D%/cache.h \
	%D%/cases.c %D%/cases.h \
	%D%/compile.c \
	%D%/cost.c %D%/cost.h \
	%D%/cube.c %D%/cube.h \
	%D%/dispatch.c %D%/dispatch.h \
	%D%/emit.c %D%/emit.h \
	%D%/errand.c %D%/errand.h \
	%D%/explain.c \
	%D%/filter.h \
	%D%/forest.c %D%/forest.h \
	%D%/format_asm.c \
	%D%/format_bpf.c \
	%D%/format_c.c \
	%D%/format_pfc.c \
	%D%/formats.c %D%/formats.h \
	%D%/gauge.c %D%/gauge.h \
	%D%/graph.c %D%/graph.h \
	%D%/kills.c %D%/kills.h \
	%D%/launch.c %D%/launch.h \
	%D%/layout.c \
	%D%/limit.c %D%/limit.h \
	%D%/load.c \
	%D%/lower.c %D%/lower.h \
	%D%/order.c %D%/order.h \
	%D%/part.c %D%/part.h \
	%D%/pass.c \
	%D%/program.c %D%/program.h \
	%D%/prove.c \
	%D%/rank.c %D%/rank.h \
	%D%/remedy.c %D%/remedy.h \
	%D%/sample.c %D%/sample.h \
	%D%/secret.c %D%/secret.h \
	%D%/selector.h \
	%D%/simulate.c \
	%D%/stack.c %D%/stack.h \
	%D%/symbolic.c %D%/symbolic.h \
	%D%/traffic.c %D%/traffic.h \
	%D%/tree.c %D%/tree.h \
	%D%/validate.c %D%/validate.h \
	%D%/value.c %D%/value.h \
	%D%/view.c %D%/view.h \
	%D%/visits.c %D%/visits.h \
	%D%/ward.c %D%/ward.h
