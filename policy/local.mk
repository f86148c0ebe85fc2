policy_libpolicy_a_SOURCES = \
	%D%/algebra.h \
	%D%/cond.h \
	%D%/diagram.h \
	%D%/policy.h \
	%D%/text.h
