# SPDX-License-Identifier: LGPL-2.1-or-later
tracer_libtracer_a_SOURCES = \
	%D%/audit.c %D%/audit.h \
	%D%/buildid.c %D%/buildid.h \
	%D%/call.c \
	%D%/census.c %D%/census.h \
	%D%/event.h \
	%D%/exe.c %D%/exe.h \
	%D%/family.c \
	%D%/filter.c %D%/filter.h \
	%D%/hearing.c %D%/hearing.h \
	%D%/listening.c %D%/listening.h \
	%D%/logging.c %D%/logging.h \
	%D%/marked.c %D%/marked.h \
	%D%/memory.c %D%/memory.h \
	%D%/place.c %D%/place.h \
	%D%/ptrace.c %D%/ptrace.h \
	%D%/registers.c %D%/registers.h \
	%D%/relay.c %D%/relay.h \
	%D%/session.h \
	%D%/spawn.c %D%/spawn.h \
	%D%/stack.c %D%/stack.h \
	%D%/tracer.c %D%/tracer.h \
	%D%/tree.c %D%/tree.h \
	%D%/warden.c %D%/warden.h
