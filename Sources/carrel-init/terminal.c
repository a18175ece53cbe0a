#define _GNU_SOURCE
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

// The work's terminal. What the work writes to it goes into its log, from which everybody who is attached reads; what
// they type comes through the attach socket. So nobody's end is the terminal's, and the work never waits for a reader:
// only for the disk.
static int master = -1, works_end = -1;
static bool is_shell, is_ending;

static uint8_t unwritten[16 * 1024];
static size_t first, held;

enum { SIZE_BITS = 12, SIZE_SHIFT = 8, RETRY_MILLISECONDS = 200 };

int terminal_open(const struct spec *spec) {
    unsigned size = spec->header.flags >> SIZE_SHIFT, most = (1U << SIZE_BITS) - 1;
    struct winsize window = {.ws_row = size & most, .ws_col = size >> SIZE_BITS & most};
    int locked = 0;
    // As the work's user, whose the other end becomes.
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (master < 0 || ioctl(master, TIOCSPTLCK, &locked) || ioctl(master, TIOCSWINSZ, &window)) return -1;
    works_end = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (works_end < 0) return -1;
    // Erasing goes by whole characters, as nearly every terminal has them today.
    struct termios settings;
    if (!tcgetattr(works_end, &settings)) {
        settings.c_iflag |= IUTF8;
        tcsetattr(works_end, TCSANOW, &settings);
    }
    int typed = fcntl(master, F_DUPFD_CLOEXEC, FD_FIRST_FREE);
    if (typed < 0) return -1;
    input_open_terminal(typed);
    is_shell = spec->header.flags & SPEC_IS_SHELL;
    return works_end;
}

// Whether all that was read is in the log.
static bool write_log(void) {
    while (held > 0) {
        ssize_t count = write(FD_OUT, unwritten + first, held);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        first += (size_t)count;
        held -= (size_t)count;
    }
    first = 0;
    return true;
}

// While the disk is full nothing is read, so that nothing is lost: the work waits, as for any slow terminal.
int terminal_descriptor(void) { return held ? -1 : master; }

static bool read_some(void) {
    ssize_t count = read(master, unwritten, sizeof unwritten);
    if (count <= 0) return false;
    held = (size_t)count;
    return true;
}

void terminal_read(void) {
    if (read_some()) write_log();
}

void terminal_drain(void) {
    // More than a terminal holds; what the work's children go on writing has no end.
    enum { MOST_READS = 64 };
    if (master < 0 || !write_log()) return;
    for (int i = 0; i < MOST_READS && read_some(); i++) {
        if (!write_log()) return;
    }
}

int terminal_patience(void) { return held || is_ending ? RETRY_MILLISECONDS : -1; }

// The group that reads keys; 0: there is none, or it is not the work's.
static pid_t in_front(void) {
    pid_t group = 0;
    return master >= 0 && !ioctl(master, TIOCGPGRP, &group) && group > 1 ? group : 0;
}

void terminal_tend(pid_t work) {
    if (held) write_log();
    // A shell that waits for a command is deaf to SIGTERM; what runs in front of it may take its time.
    if (!is_ending || in_front() != work) return;
    is_ending = false;
    kill(-work, SIGHUP);
}

void terminal_end(pid_t work) {
    if (!is_shell) return;
    is_ending = true;
    terminal_tend(work);
}

int terminal_signal(pid_t work, int number, bool to_work) {
    pid_t front = in_front();
    int failure = 0;
    if (front && front != work && kill(-front, number)) failure = errno;
    if (!front || front == work || to_work) failure = kill(-work, number) ? errno : 0;
    return failure;
}

uint64_t terminal_resize(uint32_t size, bool redraw) {
    struct winsize window;
    if (master < 0) return 0;
    if (size) {
        window = (struct winsize){.ws_row = (unsigned short)(size >> 16), .ws_col = (unsigned short)size};
        // The kernel tells the programs, where it is another size than before.
        ioctl(master, TIOCSWINSZ, &window);
    }
    pid_t front = in_front();
    if (redraw && front) kill(-front, SIGWINCH);
    if (ioctl(master, TIOCGWINSZ, &window)) return 0;
    return (uint64_t)window.ws_row << 16 | window.ws_col;
}
