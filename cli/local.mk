bin_PROGRAMS += wont
wont_SOURCES = \
	%D%/command.h \
	%D%/commands.h \
	%D%/known.c %D%/known.h \
	%D%/main.c \
	%D%/profile.c %D%/profile.h \
	%D%/record.c \
	%D%/say.c %D%/say.h \
	%D%/status.c %D%/status.h
wont_LDADD = $(folder_libs) $(outside_libs)
