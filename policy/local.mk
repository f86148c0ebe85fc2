policy_libpolicy_a_SOURCES = \
	%D%/action.c \
	%D%/algebra.h \
	%D%/cond.c %D%/cond.h \
	%D%/diagram.c %D%/diagram.h \
	%D%/diagram_cond.c \
	%D%/diagram_policy.c \
	%D%/eval.c \
	%D%/policy.c %D%/policy.h \
	%D%/text.h
