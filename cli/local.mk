bin_PROGRAMS += wont
wont_SOURCES = \
	%D%/command.h \
	%D%/commands.h \
	%D%/main.c \
	%D%/profile.h \
	%D%/say.c %D%/say.h
wont_LDADD = $(folder_libs) $(outside_libs)
