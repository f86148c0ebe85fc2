tracer_libtracer_a_SOURCES = \
	%D%/event.h \
	%D%/tracer.h
