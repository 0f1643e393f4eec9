#include "virtual_card.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "cicada/base/cursor.h"

namespace cicada::test {

using base::Bytes;

namespace {
const Bytes kAtr = {0x3B, 0x80, 0x80, 0x01, 0x01};

int connect_to(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // The driver listens as soon as pcscd has loaded it, and takes the next card when the last one is seen to be gone.
  for (int i = 0; i < 500; ++i) {
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket interface.
    if (::connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return made;
    ::close(made);
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return -1;
}
}  // namespace

VirtualCard::VirtualCard(Behaviour behaviour, std::uint16_t port)
    : behaviour_(std::move(behaviour)), socket_(connect_to(port)) {
  if (inserted()) thread_ = std::thread{[this] { serve(); }};
}

VirtualCard::~VirtualCard() {
  if (!inserted()) return;
  ::shutdown(socket_, SHUT_RDWR);
  thread_.join();
  ::close(socket_);
}

bool VirtualCard::receive(base::MutableByteView into) const {
  const int on = 1;
  while (!into.empty()) {
    ::setsockopt(socket_, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
    const auto count = ::recv(socket_, into.data(), into.size(), 0);
    if (count <= 0) return false;
    into = into.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

bool VirtualCard::send(base::ByteView payload) const {
  Bytes message;
  base::append_unsigned(message, payload.size(), 2);
  base::append(message, payload);
  return ::send(socket_, message.data(), message.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(message.size());
}

void VirtualCard::serve() {
  for (;;) {
    std::array<std::uint8_t, 2> head{};
    if (!receive(head)) return;
    Bytes payload(static_cast<std::size_t>((head[0] << 8U) | head[1]));
    if (!receive(payload)) return;
    if (payload.size() == 1) {
      if (payload[0] == 1 || payload[0] == 2) ++resets_;
      if (payload[0] == 4 && !send(kAtr)) return;
      continue;
    }
    const auto answer = behaviour_(payload);
    if (!answer) {
      ::shutdown(socket_, SHUT_RDWR);
      return;
    }
    if (!send(*answer)) return;
  }
}

}  // namespace cicada::test
