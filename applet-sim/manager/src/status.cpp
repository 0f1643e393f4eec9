#include <algorithm>

#include "cicada/applet_sim/tlv/tlv.h"
#include "commands.h"

namespace cicada::applet_sim::manager {
namespace {

namespace sw = apdu::sw;
using base::Bytes;
using base::ByteView;

// P1 of GET STATUS and SET STATUS.
constexpr std::uint8_t kIssuerDomain = 0x80;
constexpr std::uint8_t kApplications = 0x40;
constexpr std::uint8_t kLoadFiles = 0x20;
constexpr std::uint8_t kLoadFilesAndModules = 0x10;
// P2 of GET STATUS: TLV answers, from the start or what follows.
constexpr std::uint8_t kFirst = 0x02;
constexpr std::uint8_t kNext = 0x03;

constexpr tlv::Tag kEntry = 0xE3;
constexpr tlv::Tag kAid = 0x4F;
constexpr tlv::Tag kLife = 0x9F70;
constexpr tlv::Tag kPrivileges = 0xC5;
constexpr tlv::Tag kLoadFile = 0xC4;
constexpr tlv::Tag kDomain = 0xCC;
constexpr tlv::Tag kVersion = 0xCE;
constexpr tlv::Tag kModule = 0x84;

/// What one answer carries: with padding and R-MAC it fits 256 octets.
constexpr std::size_t kPiece = 224;
constexpr std::uint8_t kLoaded = 0x01;
/// Security domain, card lock, card terminate, default selected, CVM; authorized management (GPC §6.6.1).
constexpr std::array<std::uint8_t, 3> kIssuerPrivileges = {0x9E, 0xFE, 0x80};

Bytes entry_of(const State& state) {
  Bytes inside;
  tlv::append(inside, kAid, issuer_domain_aid());
  tlv::append(inside, kLife, std::array{static_cast<std::uint8_t>(state.life)});
  tlv::append(inside, kPrivileges, kIssuerPrivileges);
  return inside;
}

Bytes entry_of(const Instance& instance) {
  Bytes inside;
  tlv::append(inside, kAid, instance.aid);
  tlv::append(inside, kLife, std::array{instance.life});
  auto privileges = instance.privileges;
  privileges.resize(3);
  tlv::append(inside, kPrivileges, privileges);
  tlv::append(inside, kLoadFile, instance.load_file);
  tlv::append(inside, kDomain, issuer_domain_aid());
  return inside;
}

Bytes entry_of(const LoadFile& file, bool with_modules) {
  Bytes inside;
  tlv::append(inside, kAid, file.aid);
  tlv::append(inside, kLife, std::array{kLoaded});
  tlv::append(inside, kVersion, std::array{file.major, file.minor});
  if (with_modules) {
    for (const auto& module : file.modules) tlv::append(inside, kModule, module);
  }
  tlv::append(inside, kDomain, issuer_domain_aid());
  return inside;
}

/// Everything of one kind whose AID begins with `filter`, encoded.
std::vector<Bytes> entries(const State& state, std::uint8_t what, ByteView filter) {
  std::vector<Bytes> all;
  const auto add = [&](ByteView aid, Bytes inside) {
    if (filter.size() > aid.size() || !base::equal(aid.first(filter.size()), filter)) return;
    tlv::append(all.emplace_back(), kEntry, inside);
  };
  if (what == kIssuerDomain) add(issuer_domain_aid(), entry_of(state));
  if (what == kApplications) {
    for (const auto& instance : state.instances) add(instance.aid, entry_of(instance));
  }
  if (what == kLoadFiles || what == kLoadFilesAndModules) {
    for (const auto& file : state.load_files) add(file.aid, entry_of(file, what == kLoadFilesAndModules));
  }
  return all;
}

Reply list(const State& state, Listing listing) {
  const auto all = entries(state, listing.what, listing.filter);
  if (listing.next >= all.size()) return sw::k6A88ReferencedDataNotFound;
  Bytes data;
  while (listing.next < all.size() && (data.empty() || data.size() + all[listing.next].size() <= kPiece)) {
    base::append(data, all[listing.next]);
    ++listing.next;
  }
  const bool more = listing.next < all.size();
  Reply reply{apdu::ResponseApdu{std::move(data), more ? sw::k6310MoreData : sw::k9000Ok}};
  if (more) reply.listing = std::move(listing);
  return reply;
}

bool leads(CardLife from, CardLife to) {
  using enum CardLife;
  switch (to) {
    case initialized: return from == op_ready;
    case secured: return from == op_ready || from == initialized || from == card_locked;
    case card_locked: return from == secured;
    case terminated: return from != terminated;
    case op_ready: return false;
  }
  return false;
}

Reply set_card_status(const Seen& seen, std::uint8_t to) {
  constexpr std::array kTargets = {CardLife::initialized, CardLife::secured, CardLife::card_locked,
                                   CardLife::terminated};
  const auto target = static_cast<CardLife>(to);
  if (std::ranges::find(kTargets, target) == kTargets.end()) return sw::k6A80IncorrectData;
  if (!leads(seen.state.life, target)) return sw::k6985ConditionsNotSatisfied;
  Reply reply{sw::k9000Ok};
  reply.state = seen.state.clone();
  reply.state->life = target;
  return reply;
}

Reply set_application_status(const Seen& seen, std::uint8_t to, ByteView aid) {
  if (!is_aid(aid)) return sw::k6A80IncorrectData;
  const auto* found = seen.state.instance(aid);
  if (found == nullptr) return sw::k6A88ReferencedDataNotFound;
  // GPC §11.10: only locking and unlocking is left to whoever manages the card.
  if ((found->life ^ to) != application_life::kLockedBit) return sw::k6985ConditionsNotSatisfied;
  Reply reply{sw::k9000Ok};
  reply.state = seen.state.clone();
  reply.state->instances[static_cast<std::size_t>(found - seen.state.instances.data())].life = to;
  return reply;
}

}  // namespace

Reply get_status(const Seen& seen, const apdu::CommandView& command) {
  constexpr std::array kKinds = {kIssuerDomain, kApplications, kLoadFiles, kLoadFilesAndModules};
  const bool known = std::ranges::find(kKinds, command.p1) != kKinds.end();
  if (!known || (command.p2 != kFirst && command.p2 != kNext)) return sw::k6A86IncorrectP1P2;
  tlv::Reader reader{command.data};
  const auto filter = reader.next(kAid);
  if (!filter || filter->value.size() > kMaxAidSize) return sw::k6A80IncorrectData;
  if (command.p2 == kFirst) {
    return list(seen.state, {.what = command.p1, .filter = base::to_bytes(filter->value)});
  }
  const auto& begun = seen.session.listing;
  if (!begun || begun->what != command.p1 || !base::equal(begun->filter, filter->value)) {
    return sw::k6985ConditionsNotSatisfied;
  }
  return list(seen.state, *begun);
}

Reply set_status(const Seen& seen, const apdu::CommandView& command) {
  if (command.p1 == kIssuerDomain) return set_card_status(seen, command.p2);
  if (command.p1 == kApplications) return set_application_status(seen, command.p2, command.data);
  return sw::k6A86IncorrectP1P2;
}

State with_passport_personalized(const State& state) {
  auto next = state.clone();
  for (auto& instance : next.instances) {
    if (base::equal(instance.aid, passport_aid())) instance.life = application_life::kPersonalized;
  }
  return next;
}

}  // namespace cicada::applet_sim::manager
