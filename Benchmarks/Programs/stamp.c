// The job that every system runs: when it began, when it ended, where.
//
//   stamp FILE            appends a line `begin end device` to FILE and ends
//   stamp FILE --until F  the same, ending only once the file F is there
//
// Times are CLOCK_REALTIME in nanoseconds, so that they compare with logged times too. The first stamp is the first thing
// the program does, the last one the last thing before it writes its line.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static const char *device(void) {
    static const char *const names[] = {"CARREL_GPU_UUIDS", "SLURM_JOB_GPUS", "CUDA_VISIBLE_DEVICES"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value) return value;
    }
    return "-";
}

int main(int count, char **words) {
    long long began = now();
    if (count != 2 && !(count == 4 && !strcmp(words[2], "--until"))) return 64;
    int file = open(words[1], O_WRONLY | O_APPEND | O_CLOEXEC);
    if (file < 0) return 66;
    if (count == 4)
        while (access(words[3], F_OK) != 0) usleep(2000);
    char line[512];
    const char *where = device();
    int length = snprintf(line, sizeof line, "%lld %lld %.256s\n", began, now(), where);
    return write(file, line, (size_t)length) == length ? 0 : 74;
}
