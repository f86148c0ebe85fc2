# SPDX-License-Identifier: LGPL-2.1-or-later
# Programs that live tests run under a filter: static, and without the sanitizers' own system calls.
static_probes = \
	%D%/careless \
	%D%/confined \
	%D%/daring \
	%D%/forge \
	%D%/inject \
	%D%/inspect \
	%D%/probe
if X86_64
check_PROGRAMS += $(static_probes) %D%/boundary
endif
static_probe_cflags = -std=gnu17 $(WARN_CFLAGS)
EXTRA_DIST += %D%/edges.wont %D%/probe.wont
%C%_careless_CFLAGS = $(static_probe_cflags)
%C%_careless_LDFLAGS = -static
%C%_careless_LDADD =
%C%_confined_CFLAGS = $(static_probe_cflags)
%C%_confined_LDFLAGS = -static
%C%_confined_LDADD =
%C%_daring_CFLAGS = $(static_probe_cflags)
%C%_daring_LDFLAGS = -static -pthread
%C%_daring_LDADD =
%C%_forge_CFLAGS = $(static_probe_cflags)
%C%_forge_LDFLAGS = -static
%C%_forge_LDADD =
%C%_inject_CFLAGS = $(static_probe_cflags)
%C%_inject_LDFLAGS = -static
%C%_inject_LDADD =
%C%_inspect_CFLAGS = $(static_probe_cflags)
%C%_inspect_LDFLAGS = -static
%C%_inspect_LDADD =
%C%_probe_CFLAGS = $(static_probe_cflags)
%C%_probe_LDFLAGS = -static -pthread
%C%_probe_LDADD =
