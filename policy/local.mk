# SPDX-License-Identifier: LGPL-2.1-or-later
policy_libpolicy_a_SOURCES = \
	%D%/action.c \
	%D%/admission.c %D%/admission.h \
	%D%/algebra.h \
	%D%/blend.c %D%/blend.h \
	%D%/compare.c \
	%D%/cond.c %D%/cond.h \
	%D%/cut.c %D%/cut.h \
	%D%/describe.c %D%/describe.h \
	%D%/diagram.c %D%/diagram.h \
	%D%/diagram_cond.c \
	%D%/diagram_node.h \
	%D%/diagram_operation.c \
	%D%/diagram_policy.c \
	%D%/diagram_word.c \
	%D%/diff.c \
	%D%/eval.c \
	%D%/join.c \
	%D%/lex.c %D%/lex.h \
	%D%/near.c %D%/near.h \
	%D%/parse.c \
	%D%/parse_action.c \
	%D%/parse_cond.c \
	%D%/parse_header.c \
	%D%/parse_rule.c \
	%D%/parse_section.c \
	%D%/parse_test.c \
	%D%/parse_value.c \
	%D%/parser.c %D%/parser.h \
	%D%/policy.c %D%/policy.h \
	%D%/print.c \
	%D%/print_cond.c \
	%D%/print_rule.c \
	%D%/print_value.c \
	%D%/printer.h \
	%D%/roster.c %D%/roster.h \
	%D%/slice.c %D%/slice.h \
	%D%/text.h \
	%D%/validate.c
