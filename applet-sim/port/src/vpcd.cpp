#include "cicada/applet_sim/port/vpcd.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <utility>

#include "slot.h"

namespace cicada::applet_sim::port {
namespace {

struct AddressesFree {
  void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, AddressesFree>;

base::Result<Addresses> resolve(const VpcdOptions& options) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (::getaddrinfo(options.host.c_str(), std::to_string(options.port).c_str(), &hints, &list) != 0) {
    return base::fail({.fault = base::Fault::bad_input,
                       .what = "the virtual reader's host is unknown",
                       .hint = "give HOST:PORT, as in 127.0.0.1:35963"});
  }
  return Addresses{list};
}

}  // namespace

base::Result<Vpcd> Vpcd::connect(const VpcdOptions& options) {
  CICADA_TRY(const auto addresses, resolve(options));
  for (const auto* address = addresses.get(); address != nullptr; address = address->ai_next) {
    const int fd = ::socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC, address->ai_protocol);
    if (fd < 0) continue;
    Vpcd vpcd{fd, options};
    if (::connect(fd, address->ai_addr, address->ai_addrlen) != 0) continue;
    const int on = 1;
    // Our answers are one piece each and must not wait for an acknowledgement either.
    static_cast<void>(::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
    return vpcd;
  }
  return base::fail({.fault = base::Fault::transport,
                     .what = "nobody listens at the virtual reader's address",
                     .hint = "is pcscd running with the vpcd driver?"});
}

Vpcd::Vpcd(Vpcd&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      quick_ack_(other.quick_ack_),
      delays_(other.delays_),
      apdus_(std::exchange(other.apdus_, 0)) {}

Vpcd& Vpcd::operator=(Vpcd&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(quick_ack_, other.quick_ack_);
  std::swap(delays_, other.delays_);
  std::swap(apdus_, other.apdus_);
  return *this;
}

Vpcd::~Vpcd() {
  if (fd_ >= 0) ::close(fd_);
}

base::Result<VpcdEnd> Vpcd::serve(kernel::Card& card, const std::stop_token& stop) {
  CICADA_TRY(auto slot, Slot::create(fd_, quick_ack_, stop));
  auto end = serve_slot(*slot, card, delays_, apdus_);
  card.power_off();
  return end;
}

}  // namespace cicada::applet_sim::port
