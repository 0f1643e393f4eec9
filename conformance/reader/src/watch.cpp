#include "cicada/conformance/reader/watch.h"

#include <fmt/format.h>

#include <array>
#include <set>

#include "cicada/asn1/tlv.h"
#include "cicada/base/hex.h"

namespace cicada::conformance::reader {

using base::Bytes;
using base::ByteView;

namespace {

constexpr std::string_view kFreshKeys = "fresh-ephemeral-keys";
constexpr std::string_view kNoBac = "no-bac";
constexpr std::string_view kPaceProtocol = "pace-protocol ";

constexpr std::uint8_t kManage = 0x22;
constexpr std::uint8_t kGeneralAuthenticate = 0x86;
constexpr std::uint8_t kGetChallenge = 0x84;

/// A command as it was meant: without its protection.
struct Command {
  std::uint8_t ins = 0, p1 = 0, p2 = 0;
  Bytes data;
};

std::optional<Command> command_of(const model::Exchange& exchange) {
  const auto& octets = exchange.plain_command.empty() ? exchange.command : exchange.plain_command;
  if (octets.size() < 4) return std::nullopt;
  Command command{.ins = octets[1], .p1 = octets[2], .p2 = octets[3], .data = {}};
  ByteView rest{octets};
  rest = rest.subspan(4);
  const bool extended = rest.size() > 3 && rest[0] == 0;
  const std::size_t head = extended ? 3 : 1;
  if (rest.size() <= head) return command;
  const std::size_t length = extended ? (std::size_t{rest[1]} << 8U) + rest[2] : rest[0];
  if (rest.size() - head < length) return command;
  command.data = base::to_bytes(rest.subspan(head, length));
  return command;
}

/// The value of an object among others; nothing when it is not there.
std::optional<Bytes> object(ByteView data, std::uint32_t tag) {
  asn1::TlvReader objects{data};
  while (!objects.at_end()) {
    const auto next = objects.next();
    if (!next) return std::nullopt;
    if (next->tag == tag) return base::to_bytes(next->value);
  }
  return std::nullopt;
}

/// The reader's key in MSE:Set KAT (41A6, DO'91'), or in the GENERAL AUTHENTICATE of chip authentication, which comes
/// unchained after MSE:Set AT (41A4).
std::vector<std::string> reader_keys(std::span<const model::Exchange> exchanges) {
  std::vector<std::string> keys;
  bool awaited = false;
  for (const auto& exchange : exchanges) {
    const auto command = command_of(exchange);
    if (!command) continue;
    if (command->ins == kManage && command->p1 == 0x41) {
      if (const auto key = object(command->data, 0x91)) keys.push_back(base::to_hex(*key));
      awaited = command->p2 == 0xA4;
    } else if (command->ins == kGeneralAuthenticate && awaited) {
      const auto frame = object(command->data, 0x7C);
      if (const auto key = frame ? object(*frame, 0x80) : std::nullopt) keys.push_back(base::to_hex(*key));
      awaited = false;
    }
  }
  return keys;
}

std::optional<std::string> keys_are_not_fresh(std::span<const model::Exchange> exchanges) {
  const auto keys = reader_keys(exchanges);
  if (keys.size() < 2)
    return fmt::format("chip authentication was run {} times; two are needed to compare", keys.size());
  if (std::set<std::string>{keys.begin(), keys.end()}.size() != keys.size())
    return "the reader used an ephemeral key twice";
  return std::nullopt;
}

std::optional<std::string> tried_bac(std::span<const model::Exchange> exchanges) {
  for (const auto& exchange : exchanges) {
    // A challenge without protection is that of basic access control.
    const auto command = command_of(exchange);
    if (command && command->ins == kGetChallenge && exchange.plain_command.empty())
      return "the reader fell back to basic access control";
  }
  return std::nullopt;
}

std::optional<std::string> other_protocol(ByteView protocol, std::span<const model::Exchange> exchanges) {
  for (const auto& exchange : exchanges) {
    const auto command = command_of(exchange);
    if (!command || command->ins != kManage || command->p1 != 0xC1 || command->p2 != 0xA4) continue;
    const auto oid = object(command->data, 0x80);
    const auto password = object(command->data, 0x83);
    if (!oid || !base::equal(*oid, protocol)) return "PACE was asked for with another protocol than the chip can do";
    if (!password || password->size() != 1 || (password->front() != 1 && password->front() != 2))
      return "PACE was asked for with a password that is neither MRZ nor CAN";
    return std::nullopt;
  }
  return "PACE was not asked for";
}

}  // namespace

bool is_watch(std::string_view words) noexcept {
  if (words == kFreshKeys || words == kNoBac) return true;
  return words.starts_with(kPaceProtocol) && base::from_hex(words.substr(kPaceProtocol.size())).has_value();
}

std::optional<std::string> broken_rule(std::string_view words, std::span<const model::Exchange> exchanges) {
  if (words == kFreshKeys) return keys_are_not_fresh(exchanges);
  if (words == kNoBac) return tried_bac(exchanges);
  if (words.starts_with(kPaceProtocol)) {
    const auto protocol = base::from_hex(words.substr(kPaceProtocol.size()));
    if (protocol) return other_protocol(*protocol, exchanges);
  }
  return "there is no such rule";
}

}  // namespace cicada::conformance::reader
