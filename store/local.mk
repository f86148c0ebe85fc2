store_libstore_a_SOURCES = \
	%D%/db.c %D%/db.h \
	%D%/fold.c %D%/fold.h \
	%D%/observation.h \
	%D%/sql.c %D%/sql.h \
	%D%/store.h
