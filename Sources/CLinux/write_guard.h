#pragma once

// From here on this process, and what it starts, writes, makes and removes files only where everybody may, and writes into
// the nodes of devices and into what the kernel tells of itself: it has no more of root's files than an ordinary user has.
// Reading is as before. Needs no new privileges to have been given up. Returns 0, also where the kernel can't do it, or an
// errno. Safe between fork and exec.
int write_guard_begin(void);
