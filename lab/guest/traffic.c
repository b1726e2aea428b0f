/*
 * The guest's end of the traffic of lab/migrate: numbered UDP both ways, and a TCP echo server.
 *
 *   traffic OWN PEER PACKETS_PER_SECOND     (IPv4 addresses; UDP port 7001, TCP port 7002 of IPv6)
 *
 * Every datagram that it sends also reports what has arrived, so that nobody need look into the guest. Numbers are in network byte order:
 *
 *    0  own sequence number       8  own clock, ns        16  highest number that arrived plus one
 *   24  that arrived twice       32  that arrived late    40  that arrived, each counted once
 *   48  bitmap: bit i (bit 0 is the highest of octet 0) says whether number (highest - i) has arrived
 */
#include <arpa/inet.h>
#include <endian.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { UDP_PORT = 7001, TCP_PORT = 7002, WINDOW = 4096, HEADER = 48, REPORT = HEADER + WINDOW / 8 / 2 };

static unsigned char seen[WINDOW];
static uint64_t next, twice, late, once, sequence;

static void arrived(uint64_t number) {
  if (number >= next) {
    if (number - next >= WINDOW) {
      memset(seen, 0, WINDOW);
    } else {
      for (uint64_t n = next; n < number; n++) seen[n % WINDOW] = 0;
    }
    seen[number % WINDOW] = 1;
    next = number + 1;
    once++;
  } else if (next - number > WINDOW || seen[number % WINDOW]) {
    twice++;
  } else {
    seen[number % WINDOW] = 1;
    late++;
    once++;
  }
}

static void put(unsigned char *at, uint64_t value) {
  value = htobe64(value);
  memcpy(at, &value, 8);
}

static void report(int udp) {
  unsigned char out[REPORT] = {0};
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  put(out, sequence++);
  put(out + 8, now.tv_sec * 1000000000ull + now.tv_nsec);
  put(out + 16, next);
  put(out + 24, twice);
  put(out + 32, late);
  put(out + 40, once);
  for (uint64_t i = 0; i < (REPORT - HEADER) * 8 && i < next; i++) {
    if (seen[(next - 1 - i) % WINDOW]) out[HEADER + i / 8] |= 0x80 >> (i % 8);
  }
  if (send(udp, out, sizeof out, 0) < 0) send(udp, out, sizeof out, 0);  /* the first may tell of an ICMP error */
}

static void receive(int udp) {
  unsigned char in[2048];
  ssize_t length;
  while ((length = recv(udp, in, sizeof in, MSG_DONTWAIT)) >= 0) {
    uint64_t number;
    if (length < 16) continue;
    memcpy(&number, in, 8);
    arrived(be64toh(number));
  }
}

static int udp_socket(const char *own, const char *peer) {
  int udp = socket(AF_INET, SOCK_DGRAM, 0), room = 8 << 20;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(UDP_PORT)};
  setsockopt(udp, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  inet_pton(AF_INET, own, &address.sin_addr);
  if (bind(udp, (struct sockaddr *)&address, sizeof address)) perror("bind UDP");
  inet_pton(AF_INET, peer, &address.sin_addr);
  if (connect(udp, (struct sockaddr *)&address, sizeof address)) perror("connect UDP");
  return udp;
}

static int tcp_server(void) {
  int server = socket(AF_INET6, SOCK_STREAM, 0), on = 1;
  struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(TCP_PORT)};
  setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(server, (struct sockaddr *)&address, sizeof address) || listen(server, 4)) perror("TCP server");
  return server;
}

/* Reads only when everything read before has been echoed. Returns the connection, or -1 at its end. */
static int echo(int peer, short events, char *block, size_t *length, size_t *sent) {
  if (*length == 0 && (events & (POLLIN | POLLHUP | POLLERR))) {
    ssize_t got = recv(peer, block, 16384, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && (events & POLLERR))) {
      close(peer);
      return -1;
    }
    *length = got > 0 ? got : 0;
    *sent = 0;
  }
  while (*sent < *length) {
    ssize_t put = send(peer, block + *sent, *length - *sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put < 0) return peer;
    *sent += put;
  }
  *length = 0;
  return peer;
}

int main(int count, char **words) {
  if (count != 4) return 2;
  long interval = 1000000000l / atol(words[3]);
  int udp = udp_socket(words[1], words[2]), server = tcp_server(), peer = -1;
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  struct itimerspec pace = {{interval / 1000000000l, interval % 1000000000l}, {1, 0}};
  static char block[16384];
  size_t length = 0, sent = 0;
  timerfd_settime(timer, 0, &pace, 0);
  puts("traffic runs");
  fflush(stdout);
  for (;;) {
    struct pollfd on[4] = {{udp, POLLIN, 0}, {timer, POLLIN, 0}, {server, POLLIN, 0}, {peer, 0, 0}};
    uint64_t due = 0;
    on[3].events = length ? POLLOUT : POLLIN;
    poll(on, peer < 0 ? 3 : 4, 1000);
    if (on[0].revents) receive(udp);
    if (on[1].revents && read(timer, &due, 8) == 8) {
      /* after a pause it goes on at the pace, it does not catch up */
      for (uint64_t i = 0; i < due && i < 4; i++) report(udp);
    }
    if (on[2].revents) {
      int fresh = accept(server, 0, 0);
      if (fresh >= 0 && peer >= 0) close(peer);
      if (fresh >= 0) peer = fresh, length = 0;
    }
    if (peer >= 0 && on[3].revents) peer = echo(peer, on[3].revents, block, &length, &sent);
  }
}
