bin_PROGRAMS += wont
wont_SOURCES = \
	%D%/check.c \
	%D%/command.h \
	%D%/commands.h \
	%D%/compile.c \
	%D%/explain.c \
	%D%/known.c %D%/known.h \
	%D%/learn.c \
	%D%/lesson.c %D%/lesson.h \
	%D%/main.c \
	%D%/merge.c \
	%D%/profile.c %D%/profile.h \
	%D%/proved.c %D%/proved.h \
	%D%/record.c \
	%D%/runs.c \
	%D%/say.c %D%/say.h \
	%D%/show.c \
	%D%/simulate.c \
	%D%/status.c %D%/status.h \
	%D%/tuple.c %D%/tuple.h
wont_LDADD = $(folder_libs) $(outside_libs)
