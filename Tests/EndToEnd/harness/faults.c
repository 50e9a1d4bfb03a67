/* Faults of the kernel, made up: loaded in front of libc, it has calls on sockets fail or do less
 * than they were asked to, by a seed. What is no socket is left alone.
 *
 *   FAULTS        kinds, by comma: short, eintr, eagain, wait, reset, pipe, and for accept4 the
 *                 names of errors
 *   FAULTS_SEED   a number; the same one, the same faults for the same calls
 *   FAULTS_ONE_IN how many calls there are for one fault
 *   FAULTS_ON     a file: there are faults only while it is there
 *
 * At the end of the process it says on standard error how many there were.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *kinds, *switch_file;
static uint64_t one_in = 4;
static atomic_uint_fast64_t calls, faults;
static uint64_t seed;

__attribute__((constructor)) static void read_settings(void) {
    kinds = getenv("FAULTS");
    switch_file = getenv("FAULTS_ON");
    const char *text = getenv("FAULTS_SEED");
    seed = text ? strtoull(text, NULL, 10) : 1;
    text = getenv("FAULTS_ONE_IN");
    if (text) one_in = strtoull(text, NULL, 10);
    if (one_in == 0) one_in = 1;
}

/* SplitMix64 of the seed and the number of the call. */
static uint64_t chance(void) {
    uint64_t value = seed + atomic_fetch_add(&calls, 1) * 0x9e3779b97f4a7c15u;
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9u;
    value = (value ^ value >> 27) * 0x94d049bb133111ebu;
    return value ^ value >> 31;
}

static int is_on(const char *kind) {
    size_t length = strlen(kind);
    const char *place = kinds;
    while (place && *place) {
        if (strncmp(place, kind, length) == 0 && (place[length] == ',' || place[length] == 0)) {
            return switch_file == NULL || access(switch_file, F_OK) == 0;
        }
        place = strchr(place, ',');
        if (place) place++;
    }
    return 0;
}

/* Whether this call gets the fault of this kind. */
static int falls(const char *kind) {
    int does = is_on(kind) && chance() % one_in == 0;
    if (does) atomic_fetch_add(&faults, 1);
    return does;
}

__attribute__((destructor)) static void tell(void) {
    fprintf(stderr, "faults: %llu\n", (unsigned long long)atomic_load(&faults));
}

static int is_socket(int descriptor) {
    int error = errno, type;
    socklen_t size = sizeof type;
    int is = getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
    errno = error;
    return is;
}

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

/* Sets errno and is true when a call on a connection is to fail. */
static int fails(int descriptor, int is_output) {
    if (!is_socket(descriptor)) return 0;
    int error = 0;
    if (falls("eintr")) error = EINTR;
    else if (falls("eagain")) error = EAGAIN;
    else if (falls("reset")) error = ECONNRESET;
    else if (is_output && falls("pipe")) error = EPIPE;
    if (error) errno = error;
    return error != 0;
}

/* How much of a call is done: a little of it where it is to be short. */
static size_t shortened(int descriptor, size_t size) {
    if (size < 2 || !is_socket(descriptor) || !falls("short")) return size;
    return 1 + chance() % (size < 64 ? size - 1 : 63);
}

ssize_t recv(int descriptor, void *buffer, size_t size, int flags) {
    ssize_t (*real)(int, void *, size_t, int) = next("recv");
    if (fails(descriptor, 0)) return -1;
    return real(descriptor, buffer, shortened(descriptor, size), flags);
}

ssize_t read(int descriptor, void *buffer, size_t size) {
    ssize_t (*real)(int, void *, size_t) = next("read");
    if (fails(descriptor, 0)) return -1;
    return real(descriptor, buffer, shortened(descriptor, size));
}

ssize_t send(int descriptor, const void *buffer, size_t size, int flags) {
    ssize_t (*real)(int, const void *, size_t, int) = next("send");
    if (fails(descriptor, 1)) return -1;
    return real(descriptor, buffer, shortened(descriptor, size), flags);
}

ssize_t write(int descriptor, const void *buffer, size_t size) {
    ssize_t (*real)(int, const void *, size_t) = next("write");
    if (fails(descriptor, 1)) return -1;
    return real(descriptor, buffer, shortened(descriptor, size));
}

/* The first part alone, which is what a short write of several looks like. */
static int first_part(int descriptor, const struct iovec *parts, size_t count, struct iovec *part) {
    for (size_t index = 0; index < count; index++) {
        size_t size = shortened(descriptor, parts[index].iov_len);
        if (size == parts[index].iov_len) continue;
        *part = (struct iovec){parts[index].iov_base, size};
        return index == 0;
    }
    return 0;
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    ssize_t (*real)(int, const struct iovec *, int) = next("writev");
    struct iovec part;
    if (fails(descriptor, 1)) return -1;
    if (count > 0 && first_part(descriptor, parts, count, &part)) return real(descriptor, &part, 1);
    return real(descriptor, parts, count);
}

ssize_t sendmsg(int descriptor, const struct msghdr *message, int flags) {
    ssize_t (*real)(int, const struct msghdr *, int) = next("sendmsg");
    struct msghdr less = *message;
    struct iovec part;
    if (fails(descriptor, 1)) return -1;
    if (first_part(descriptor, message->msg_iov, message->msg_iovlen, &part)) {
        less.msg_iov = &part;
        less.msg_iovlen = 1;
    }
    return real(descriptor, &less, flags);
}

int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags) {
    static const struct { const char *name; int error; } errors[] = {
        {"EMFILE", EMFILE}, {"ENFILE", ENFILE}, {"ECONNABORTED", ECONNABORTED},
        {"ENOBUFS", ENOBUFS}, {"ENOMEM", ENOMEM}, {"EPROTO", EPROTO}, {"EINTR", EINTR},
    };
    int (*real)(int, struct sockaddr *, socklen_t *, int) = next("accept4");
    for (size_t index = 0; index < sizeof errors / sizeof *errors; index++) {
        if (!falls(errors[index].name)) continue;
        errno = errors[index].error;
        return -1;
    }
    return real(descriptor, address, length, flags);
}

int epoll_wait(int descriptor, struct epoll_event *events, int count, int milliseconds) {
    int (*real)(int, struct epoll_event *, int, int) = next("epoll_wait");
    if (falls("wait")) {
        errno = EINTR;
        return -1;
    }
    return real(descriptor, events, count, milliseconds);
}
