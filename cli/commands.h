/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

/* Every subcommand, one line each; cli/main.c has the array in the order of `wont help`. */

#include "cli/command.h"

extern const struct command command_check;
extern const struct command command_compile;
extern const struct command command_diff;
extern const struct command command_doctor;
extern const struct command command_enforce;
extern const struct command command_explain;
extern const struct command command_import;
extern const struct command command_learn;
extern const struct command command_merge;
extern const struct command command_record;
extern const struct command command_runs;
extern const struct command command_show;
extern const struct command command_simulate;
extern const struct command command_syscalls;
extern const struct command command_watch;

#endif
