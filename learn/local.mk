learn_liblearn_a_SOURCES = \
	%D%/danger.h \
	%D%/learn.h \
	%D%/set.c %D%/set.h
