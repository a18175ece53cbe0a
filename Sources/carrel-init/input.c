#define _GNU_SOURCE
#include "init.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

// What was taken in and not yet read by the work waits here.
enum { BUFFER_BYTES = 256 * 1024 };
static uint8_t buffer[BUFFER_BYTES];
static size_t first, held;
static uint64_t taken;
static int pipe_end = -1;
static bool ended, dropping, typed;

// Those who type into a terminal. The one that was silent longest makes room for a new one.
enum { WRITER_LIMIT = 64 };
static struct writer {
    uint64_t id, taken, last;
} writers[WRITER_LIMIT];
static uint64_t turns;

static void close_pipe(void) {
    if (pipe_end >= 0) close(pipe_end);
    pipe_end = -1;
}

void input_open(int write_end) { pipe_end = write_end; }

void input_open_terminal(int write_end) {
    pipe_end = write_end;
    typed = true;
}

void input_ignore(void) { dropping = true; }

// Puts as much as there is room for in the buffer; returns how much.
static size_t push(const uint8_t *bytes, size_t count) {
    size_t done = 0;
    while (done < count && held < BUFFER_BYTES) {
        size_t at = (first + held) % BUFFER_BYTES;
        size_t room = (at < first ? first : BUFFER_BYTES) - at;
        size_t part = count - done < room ? count - done : room;
        memcpy(buffer + at, bytes + done, part);
        held += part;
        done += part;
    }
    return done;
}

static struct writer *writer_of(uint64_t id) {
    struct writer *oldest = writers;
    for (int i = 0; i < WRITER_LIMIT; i++) {
        if (writers[i].last && writers[i].id == id) return &writers[i];
        if (writers[i].last < oldest->last) oldest = &writers[i];
    }
    *oldest = (struct writer){.id = id};
    return oldest;
}

uint64_t input_type(uint64_t id, uint64_t offset, const uint8_t *bytes, size_t count) {
    if (!typed) return 0;
    struct writer *writer = writer_of(id);
    writer->last = ++turns;
    uint64_t stop = offset + count;
    if (offset > writer->taken || stop <= writer->taken) return writer->taken;
    size_t known = (size_t)(writer->taken - offset);
    writer->taken += push(bytes + known, count - known);
    input_flush(false);
    return writer->taken;
}

uint64_t input_take(uint64_t offset, const uint8_t *bytes, size_t count, bool end) {
    // A terminal has no end of input: a byte says so (Ctrl-D).
    if (typed) return input_type(0, offset, bytes, count);
    uint64_t stop = offset + count;
    if (offset > taken) return taken;  // something is missing before it
    if (ended || dropping) {
        if (stop > taken) taken = stop;
        if (end) ended = true;
        return taken;
    }
    size_t known = (size_t)(taken - offset);
    if (known < count) taken += push(bytes + known, count - known);
    if (end && taken >= stop) ended = true;
    input_flush(false);
    return taken;
}

int input_descriptor(void) { return pipe_end; }
bool input_wants_write(void) { return held > 0; }

void input_flush(bool broken) {
    while (pipe_end >= 0 && held > 0 && !broken) {
        size_t part = BUFFER_BYTES - first < held ? BUFFER_BYTES - first : held;
        ssize_t count = write(pipe_end, buffer + first, part);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return;
        if (count < 0) broken = true;
        else {
            first = (first + (size_t)count) % BUFFER_BYTES;
            held -= (size_t)count;
        }
    }
    if (broken) {
        // Nobody reads any more: from now on everything is accepted and dropped.
        explicit_bzero(buffer, sizeof buffer);
        held = first = 0;
        dropping = true;
    }
    if (broken || (ended && held == 0)) close_pipe();
}
