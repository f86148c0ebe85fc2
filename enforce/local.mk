enforce_libenforce_a_SOURCES = \
	%D%/filter.h \
	%D%/launch.h \
	%D%/secret.c %D%/secret.h
