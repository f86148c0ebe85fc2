store_libstore_a_SOURCES = \
	%D%/fold.c %D%/fold.h \
	%D%/observation.h \
	%D%/store.h
