#include "logged_card.h"

#include "cicada/base/cursor.h"

namespace cicada::tools::lower_tester {

using base::Bytes;
using base::ByteView;
namespace apdu = applet_sim::apdu;
namespace applet = applet_sim::applet;

namespace {

constexpr std::uint8_t kSecured = 0x0C;
constexpr std::size_t kMaxShort = 255;
/// A reader that never ends costs no more memory than this.
constexpr std::size_t kMaxExchanges = 20'000;

/// The command as it would stand without protection.
Bytes plain_form(const apdu::CommandView& command) {
  Bytes octets{static_cast<std::uint8_t>(command.cla & 0x10U), command.ins, command.p1, command.p2};
  const auto size = command.data.size();
  const bool extended = size > kMaxShort || command.le.ne > kMaxShort + 1;
  if (size > 0) {
    if (extended) octets.push_back(0);
    base::append_unsigned(octets, size, extended ? 2 : 1);
    base::append(octets, command.data);
  }
  if (!command.le.present()) return octets;
  if (extended && size == 0) octets.push_back(0);
  base::append_unsigned(octets, command.le.ne & (extended ? 0xFFFFU : 0xFFU), extended ? 2 : 1);
  return octets;
}

}  // namespace

std::vector<conformance::model::Exchange> Log::take() {
  const std::lock_guard lock{mutex_};
  return std::exchange(exchanges_, {});
}

std::optional<Bytes> Log::intercept(const applet::Context& here, ByteView octets) {
  {
    const std::lock_guard lock{mutex_};
    if (exchanges_.size() < kMaxExchanges) exchanges_.emplace_back().command = base::to_bytes(octets);
  }
  return inner_.intercept(here, octets);
}

std::optional<applet::Reply> Log::before(const applet::Context& here, apdu::CommandApdu& command) {
  {
    const std::lock_guard lock{mutex_};
    if (!exchanges_.empty() && !exchanges_.back().command.empty() && exchanges_.back().command.front() == kSecured)
      exchanges_.back().plain_command = plain_form(command.view());
  }
  return inner_.before(here, command);
}

void Log::after(const applet::Context& here, const apdu::CommandView& command, applet::Reply& reply) {
  inner_.after(here, command, reply);
  const std::lock_guard lock{mutex_};
  if (exchanges_.empty() || exchanges_.back().plain_command.empty()) return;
  auto& plain = exchanges_.back().plain_response;
  plain = reply.response.data;
  base::append_unsigned(plain, reply.response.sw, 2);
}

void Log::leave(Bytes& answer) {
  inner_.leave(answer);
  const std::lock_guard lock{mutex_};
  if (!exchanges_.empty()) exchanges_.back().response = answer;
}

}  // namespace cicada::tools::lower_tester
