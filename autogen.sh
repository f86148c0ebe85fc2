#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Makes ./configure out of configure.ac; needs autoconf 2.71 and automake 1.16.
set -eu
cd "$(dirname "$0")"
exec autoreconf --install --force --warnings=all
