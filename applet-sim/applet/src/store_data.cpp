#include <algorithm>

#include "cicada/applet_sim/protocol/ta/certificate.h"
#include "personalization_commands.h"

namespace cicada::applet_sim::applet {
namespace {

namespace sw = apdu::sw;
namespace ta = protocol::ta;

constexpr std::uint8_t kMore = 0x00;
constexpr std::uint8_t kLast = 0x80;
/// The longest certificate with an RSA key of 4096 bits is half as long.
constexpr std::size_t kMaxStaged = 2048;

}  // namespace

Reply add_trust_point(const Context& context, base::ByteView object) {
  const auto& card = context.card;
  if (!card.cvca_file) return sw::k6985ConditionsNotSatisfied;
  const auto certificate = ta::read_whole_certificate(object);
  if (!certificate || certificate->role() != ta::Role::cvca) return sw::k6A80IncorrectData;
  auto key = ta::key_of(*certificate, std::nullopt);
  if (!key || certificate->expiration < certificate->effective) return sw::k6A80IncorrectData;
  const bool root = certificate->authority == certificate->holder;
  if (root && !ta::verify(*key, certificate->body, certificate->signature)) return sw::k6A80IncorrectData;
  auto points = card.trust_points;
  std::erase_if(points, [&](const auto& point) { return point.holder == certificate->holder; });
  if (points.size() >= ta::kMaxTrustPoints) return sw::k6A84NotEnoughMemory;
  points.insert(points.begin(), {.holder = certificate->holder,
                                 .authorization = certificate->authorization,
                                 .effective = certificate->effective,
                                 .expiration = certificate->expiration,
                                 .key = std::move(*key)});
  Reply reply{sw::k9000Ok};
  for (auto& change : trust_changes(card, std::move(points), card.current_date)) {
    reply.effects.emplace_back(std::move(change));
  }
  return reply;
}

Reply store_data(const Context& context, const apdu::CommandView& command) {
  if (command.p1 != kMore && command.p1 != kLast) return sw::k6A86IncorrectP1P2;
  if (!is_blank(context)) return sw::k6985ConditionsNotSatisfied;
  if (command.data.empty()) return sw::k6700WrongLength;
  Staged staged;
  if (command.p2 != 0) {
    staged = context.staged;
    if (staged.blocks != command.p2) return sw::k6985ConditionsNotSatisfied;
  }
  if (command.data.size() > kMaxStaged - staged.octets.size()) return sw::k6A84NotEnoughMemory;
  base::append(staged.octets, command.data);
  ++staged.blocks;
  if (command.p1 == kMore) return Reply{sw::k9000Ok}.with(Stage{std::move(staged)});
  return add_trust_point(context, staged.octets).with(Stage{});
}

}  // namespace cicada::applet_sim::applet
