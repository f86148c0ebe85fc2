# Man pages: one line each.
dist_man_MANS +=
