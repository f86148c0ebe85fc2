enforce_libenforce_a_SOURCES = \
	%D%/compile.c \
	%D%/dispatch.c %D%/dispatch.h \
	%D%/emit.c %D%/emit.h \
	%D%/filter.h \
	%D%/graph.c %D%/graph.h \
	%D%/launch.h \
	%D%/layout.c \
	%D%/limit.c %D%/limit.h \
	%D%/load.c \
	%D%/lower.c %D%/lower.h \
	%D%/pass.c \
	%D%/rank.c %D%/rank.h \
	%D%/secret.c %D%/secret.h \
	%D%/simulate.c \
	%D%/validate.c %D%/validate.h
