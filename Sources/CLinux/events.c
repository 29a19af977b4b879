#define _GNU_SOURCE
#include "CLinux.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>

const uint32_t clinux_epollin = EPOLLIN, clinux_epollout = EPOLLOUT, clinux_epollerr = EPOLLERR,
               clinux_epollhup = EPOLLHUP;

static int control(int epoll, int operation, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data = {.u64 = token}};
    return epoll_ctl(epoll, operation, descriptor, &event);
}

int clinux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }
int clinux_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t token) {
    return control(epoll, EPOLL_CTL_ADD, descriptor, events, token);
}
int clinux_epoll_modify(int epoll, int descriptor, uint32_t events, uint64_t token) {
    return control(epoll, EPOLL_CTL_MOD, descriptor, events, token);
}

int clinux_epoll_wait(int epoll, struct clinux_epoll_event *events, int count, int timeout_ms) {
    struct epoll_event raw[CLINUX_EPOLL_EVENTS];
    if (count > CLINUX_EPOLL_EVENTS) count = CLINUX_EPOLL_EVENTS;
    int ready = epoll_wait(epoll, raw, count, timeout_ms);
    for (int i = 0; i < ready; i++) {
        events[i].events = raw[i].events;
        events[i].token = raw[i].data.u64;
    }
    return ready;
}

int clinux_event_create(int blocking) { return eventfd(0, EFD_CLOEXEC | (blocking ? 0 : EFD_NONBLOCK)); }

int clinux_timer_create(void) { return timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK); }

int clinux_timer_set_absolute(int timer, int64_t monotonic_ns) {
    struct itimerspec when = {
        .it_value = {.tv_sec = monotonic_ns / 1000000000, .tv_nsec = monotonic_ns % 1000000000}};
    return timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
}
