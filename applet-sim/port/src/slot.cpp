#include "slot.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace cicada::applet_sim::port {
namespace {

constexpr std::size_t kLengthSize = 2;
constexpr std::size_t kMaxMessage = 65535;

// Messages of one octet.
constexpr std::uint8_t kPowerOff = 0x00;
constexpr std::uint8_t kPowerOn = 0x01;
constexpr std::uint8_t kReset = 0x02;
constexpr std::uint8_t kGetAtr = 0x04;

std::unexpected<base::Error> broken() {
  return base::fail({.fault = base::Fault::transport,
                     .what = "the connection to the virtual reader broke",
                     .at = static_cast<std::uint64_t>(errno)});
}

}  // namespace

void Slot::Wake::operator()() const noexcept {
  const std::uint64_t one = 1;
  // An eventfd takes one number at once; there is nobody to tell if it did not.
  [[maybe_unused]] const auto written = ::write(fd, &one, sizeof one);
}

base::Result<std::unique_ptr<Slot>> Slot::create(int fd, bool quick_ack, const std::stop_token& stop) {
  const int wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake < 0) return base::fail({.fault = base::Fault::io, .what = "the operating system gave no event"});
  std::unique_ptr<Slot> slot{new Slot(fd, quick_ack, wake)};
  slot->watch(stop);
  return slot;
}

void Slot::watch(const std::stop_token& stop) {
  callback_.emplace(stop, Wake{wake_});
}

Slot::~Slot() {
  callback_.reset();  // before the event goes that it writes to
  ::close(wake_);
}

base::Result<Slot::Ready> Slot::wait() const {
  std::array<pollfd, 2> events = {pollfd{.fd = fd_, .events = POLLIN, .revents = 0},
                                  pollfd{.fd = wake_, .events = POLLIN, .revents = 0}};
  while (::poll(events.data(), events.size(), -1) < 0) {
    if (errno != EINTR) return broken();
  }
  return events[1].revents != 0 ? Ready::stopped : Ready::data;
}

base::Result<std::optional<VpcdEnd>> Slot::fill(base::MutableByteView out) {
  const bool at_start = out.data() == buffer_.data();
  bool first = true;
  while (!out.empty()) {
    CICADA_TRY(const auto ready, wait());
    if (ready == Ready::stopped) return VpcdEnd::stopped;
    // The driver sends length and body with two calls, and its kernel keeps the second until the first is
    // acknowledged; ours would wait 40 ms with that. The option does not stay set, so it is set each time.
    const int on = 1;
    if (quick_ack_) static_cast<void>(::setsockopt(fd_, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on));
    const auto got = ::recv(fd_, out.data(), out.size(), 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      if (errno == ECONNRESET) return VpcdEnd::closed_by_reader;
      return broken();
    }
    if (got == 0 && at_start && first) return VpcdEnd::closed_by_reader;
    if (got == 0)
      return base::fail({.fault = base::Fault::transport, .what = "the virtual reader left in mid-message"});
    first = false;
    out = out.subspan(static_cast<std::size_t>(got));
  }
  return std::nullopt;
}

base::Result<Slot::Received> Slot::receive() {
  const base::MutableByteView all{buffer_};
  CICADA_TRY(const auto end, fill(all.first(kLengthSize)));
  if (end) return Received{std::unexpected(*end)};
  const auto size = static_cast<std::size_t>((buffer_[0] << 8U) | buffer_[1]);
  if (size == 0)
    return base::fail({.fault = base::Fault::malformed, .what = "the virtual reader sent an empty message"});
  const auto body = all.subspan(kLengthSize, size);
  CICADA_TRY(const auto end_in_body, fill(body));
  if (end_in_body) return Received{std::unexpected(*end_in_body)};
  return Received{base::ByteView{body}};
}

base::Result<void> Slot::send(base::ByteView message) {
  if (message.empty() || message.size() > kMaxMessage) {
    // An empty answer would hang the reader, a longer one would be cut by its length field.
    return base::fail({.fault = base::Fault::limit, .what = "no answer of this size fits", .at = message.size()});
  }
  base::Bytes octets;
  octets.reserve(kLengthSize + message.size());
  octets.push_back(static_cast<std::uint8_t>(message.size() >> 8U));
  octets.push_back(static_cast<std::uint8_t>(message.size()));
  base::append(octets, message);
  base::ByteView rest{octets};
  while (!rest.empty()) {
    const auto sent = ::send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      return broken();
    }
    rest = rest.subspan(static_cast<std::size_t>(sent));
  }
  return {};
}

bool Slot::sleep(std::chrono::milliseconds duration) {
  pollfd event{.fd = wake_, .events = POLLIN, .revents = 0};
  return ::poll(&event, 1, static_cast<int>(duration.count())) == 0;
}

base::Result<VpcdEnd> serve_slot(Slot& slot, kernel::Card& card, bool delays, std::uint64_t& apdus) {
  for (;;) {
    CICADA_TRY(const auto received, slot.receive());
    if (!received) return received.error();
    const auto message = *received;
    const int control = message.size() == 1 ? message[0] : -1;
    switch (control) {
      case kPowerOff: card.power_off(); continue;
      case kPowerOn: static_cast<void>(card.power_on()); continue;
      case kReset: static_cast<void>(card.reset()); continue;
      case kGetAtr: CICADA_CHECK(slot.send(kernel::Card::atr())); continue;
      default: break;  // an APDU; one octet that is no control gets the answer to an APDU that is too short
    }
    const auto response = card.process(message);
    ++apdus;
    if (delays && card.pending_delay().count() > 0 && !slot.sleep(card.pending_delay())) return VpcdEnd::stopped;
    CICADA_CHECK(slot.send(response));
  }
}

}  // namespace cicada::applet_sim::port
