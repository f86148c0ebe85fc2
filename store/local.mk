store_libstore_a_SOURCES = \
	%D%/observation.h \
	%D%/store.h
