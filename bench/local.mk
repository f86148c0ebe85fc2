# SPDX-License-Identifier: LGPL-2.1-or-later
# Benchmarks are run by ./dev bench, never by make check. `make bench` builds what they need.
bench_programs = tests/live/feed tests/probes/audits %D%/filter
%C%_filter_SOURCES = %D%/filter.c %D%/filter_bound.c %D%/filter_bound.h \
	%D%/filter_figures.c %D%/filter_figures.h %D%/filter_goals.c %D%/filter_goals.h \
	%D%/filter_input.c %D%/filter_input.h %D%/filter_peer.c %D%/filter_peer.h \
	%D%/filter_published.c %D%/filter_published.h %D%/filter_timing.c %D%/filter_timing.h
%C%_filter_LDADD = $(folder_libs) $(outside_libs) $(SECCOMP_LIBS) -lm
EXTRA_PROGRAMS += $(bench_programs)
.PHONY: bench
bench: all $(bench_programs)
EXTRA_DIST += bench/audit.sh bench/filter.sh bench/filters bench/record.sh bench/store.sh
