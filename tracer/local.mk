tracer_libtracer_a_SOURCES = \
	%D%/buildid.c %D%/buildid.h \
	%D%/call.c \
	%D%/event.h \
	%D%/exe.c %D%/exe.h \
	%D%/family.c \
	%D%/memory.c %D%/memory.h \
	%D%/place.c %D%/place.h \
	%D%/procfs.c %D%/procfs.h \
	%D%/ptrace.c %D%/ptrace.h \
	%D%/registers.c %D%/registers.h \
	%D%/relay.c %D%/relay.h \
	%D%/session.h \
	%D%/spawn.c %D%/spawn.h \
	%D%/stack.c %D%/stack.h \
	%D%/tracer.c %D%/tracer.h \
	%D%/tree.c %D%/tree.h
