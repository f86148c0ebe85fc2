arch_libarch_a_SOURCES = \
	%D%/arch.h
