// Work that does not want to end, or leaves things behind: `hostile_work HABIT [NUMBER]`. It prints a line once it has done its
// worst, and waits. Where a sandbox refuses something, so much the better: it goes on with the rest.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int number = 20;

static void wait_for_ever(void) {
    for (;;) pause();
}

static void *wait_in_thread(void *nothing) {
    wait_for_ever();
    return nothing;
}

// Every signal that can be refused.
static void be_deaf(void) {
    for (int each = 1; each < NSIG; each++) signal(each, SIG_IGN);
}

static void daemons(void) {
    for (int each = 0; each < number; each++) {
        if (fork()) continue;
        setsid();
        if (fork()) _exit(0);
        be_deaf();
        if (chdir("/")) _exit(1);
        wait_for_ever();
    }
}

static void stopped(void) {
    for (int each = 0; each < number; each++) {
        pid_t child = fork();
        if (!child) {
            raise(SIGSTOP);
            wait_for_ever();
        }
        waitpid(child, NULL, WUNTRACED);
    }
    be_deaf();
}

static void many(void) {
    for (int each = 0; each < number; each++) {
        pid_t child = fork();
        if (child < 0) break;
        if (!child) wait_for_ever();
    }
}

// Each child begets the next one and ends, as fast as it goes.
static void relay(void) {
    if (fork()) return;
    setsid();
    for (;;) {
        pid_t next = fork();
        if (next > 0) _exit(0);
        if (next < 0) usleep(1000);
    }
}

static void zombies(void) {
    for (int each = 0; each < number; each++) {
        if (!fork()) _exit(0);
    }
}

// Shared memory, semaphores and queues, by both of their names.
static void shared(void) {
    int file = shm_open("/hostile", O_CREAT | O_RDWR, 0666);
    if (file >= 0 && !ftruncate(file, 1 << 20)) mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    int segment = shmget(IPC_PRIVATE, 1 << 20, IPC_CREAT | 0666);
    if (segment >= 0) shmat(segment, NULL, 0);
    semget(IPC_PRIVATE, 4, IPC_CREAT | 0666);
    int queue = msgget(IPC_PRIVATE, IPC_CREAT | 0666);
    struct { long kind; char text[8]; } message = {1, "left"};
    if (queue >= 0) msgsnd(queue, &message, sizeof message.text, IPC_NOWAIT);
    mq_open("/hostile", O_CREAT | O_RDWR, 0666, NULL);
}

static void memory_files(void) {
    for (int each = 0; each < number; each++) {
        int file = memfd_create("hostile", 0);
        if (file >= 0 && !ftruncate(file, 1 << 16)) mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    }
    if (!fork()) wait_for_ever();
}

// In every place that all may write to; some have no name any more.
static void files(void) {
    const char *folders[] = {"/tmp", "/dev/shm", "/var/tmp", "/run", "."};
    char path[256];
    for (size_t each = 0; each < sizeof folders / sizeof *folders; each++) {
        snprintf(path, sizeof path, "%s/hostile-file", folders[each]);
        int file = open(path, O_CREAT | O_RDWR, 0666);
        if (file >= 0 && write(file, "left", 4) == 4 && each > 1) unlink(path);
        snprintf(path, sizeof path, "%s/hostile-pipe", folders[each]);
        if (!mkfifo(path, 0666) && !fork()) {
            // Nobody will ever open the other end.
            open(path, O_WRONLY);
            wait_for_ever();
        }
        if (each > 1) unlink(path);
    }
}

static void mounts(void) {
    if (fork()) return;
    unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID);
    mount("hostile", "/tmp", "tmpfs", 0, NULL);
    mount("/tmp", "/dev", NULL, MS_BIND, NULL);
    if (!fork()) be_deaf();
    wait_for_ever();
}

static void threads(void) {
    for (int each = 0; each < number; each++) {
        pthread_t thread;
        pthread_create(&thread, NULL, wait_in_thread, NULL);
    }
    // The first one ends, the others go on.
    if (!fork()) {
        pthread_t thread;
        pthread_create(&thread, NULL, wait_in_thread, NULL);
        pthread_exit(NULL);
    }
}

static void cores(void) {
    struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_CORE, &all);
    prctl(PR_SET_DUMPABLE, 1);
    if (chdir("/tmp")) return;
    int pattern = open("/proc/sys/kernel/core_pattern", O_WRONLY);
    if (pattern >= 0) {
        puts("reached the core pattern");
        close(pattern);
    }
    for (int each = 0; each < 3; each++) {
        if (!fork()) abort();
    }
}

// Each traces the next; one that is traced hears nothing but SIGKILL.
static void traces(int depth) {
    if (!depth) {
        be_deaf();
        wait_for_ever();
    }
    pid_t child = fork();
    if (!child) traces(depth - 1);
    ptrace(PTRACE_SEIZE, child, NULL, (void *)PTRACE_O_TRACEFORK);
    ptrace(PTRACE_INTERRUPT, child, NULL, NULL);
    if (depth < number) wait_for_ever();
}

static void watchers(void) {
    int watch = inotify_init(), clock = timerfd_create(CLOCK_MONOTONIC, 0), poll = epoll_create1(0);
    inotify_add_watch(watch, "/tmp", IN_ALL_EVENTS);
    struct itimerspec often = {{0, 1000000}, {0, 1000000}};
    timerfd_settime(clock, 0, &often, NULL);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(poll, EPOLL_CTL_ADD, clock, &event);
    eventfd(0, 0);
    if (!fork()) wait_for_ever();
}

// The device, in many hands: open, mapped, and on its way in a socket that nobody reads.
static void nodes(void) {
    int first = open("/dev/nvidia0", O_RDONLY), ends[2];
    for (int each = 0; each < number; each++) {
        open("/dev/nvidia0", O_RDONLY);
        if (!fork()) {
            setsid();
            be_deaf();
            wait_for_ever();
        }
    }
    if (first < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends)) return;
    union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr header; } space = {{0}};
    struct iovec part = {"x", 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &space, .msg_controllen = sizeof space};
    struct cmsghdr *control = CMSG_FIRSTHDR(&message);
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    control->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(control), &first, sizeof first);
    sendmsg(ends[0], &message, 0);
}

// One that waits for its child to be another program, which it never is: asleep where few signals reach.
static void borrowed(void) {
    if (fork()) return;
    if (vfork() == 0) {
        for (;;) pause();
    }
}

// Gives the device to whoever listens at this socket.
static void smuggle(const char *path) {
    int file = open("/dev/nvidia0", O_RDONLY), line = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un there = {.sun_family = AF_UNIX};
    strncpy(there.sun_path, path, sizeof there.sun_path - 1);
    if (file < 0 || connect(line, (struct sockaddr *)&there, sizeof there)) {
        printf("refused: %s\n", strerror(errno));
        exit(1);
    }
    union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr header; } space = {{0}};
    struct iovec part = {"x", 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &space, .msg_controllen = sizeof space};
    struct cmsghdr *control = CMSG_FIRSTHDR(&message);
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    control->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(control), &file, sizeof file);
    if (sendmsg(line, &message, 0) != 1) exit(2);
    // Until it has been taken.
    char answer;
    if (read(line, &answer, 1) != 1) exit(3);
}

int main(int count, char **words) {
    const char *habit = count > 1 ? words[1] : "";
    if (count > 2) number = atoi(words[2]);
    if (!strcmp(habit, "daemons")) daemons();
    else if (!strcmp(habit, "deaf")) be_deaf();
    else if (!strcmp(habit, "stopped")) stopped();
    else if (!strcmp(habit, "many")) many();
    else if (!strcmp(habit, "relay")) relay();
    else if (!strcmp(habit, "zombies")) zombies();
    else if (!strcmp(habit, "shared")) shared();
    else if (!strcmp(habit, "memory-files")) memory_files();
    else if (!strcmp(habit, "files")) files();
    else if (!strcmp(habit, "mounts")) mounts();
    else if (!strcmp(habit, "threads")) threads();
    else if (!strcmp(habit, "cores")) cores();
    else if (!strcmp(habit, "traces")) traces(number);
    else if (!strcmp(habit, "watchers")) watchers();
    else if (!strcmp(habit, "nodes")) nodes();
    else if (!strcmp(habit, "borrowed")) borrowed();
    else if (!strcmp(habit, "smuggle") && count > 2) smuggle(words[2]);
    else return 64;
    puts("armed");
    fflush(stdout);
    wait_for_ever();
}
