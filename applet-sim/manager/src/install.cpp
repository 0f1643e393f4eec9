#include <algorithm>

#include "cicada/applet_sim/tlv/tlv.h"
#include "commands.h"

namespace cicada::applet_sim::manager {
namespace {

namespace sw = apdu::sw;
using base::ByteView;
using base::Result;

// P1 of INSTALL (GPC Table 11-48).
constexpr std::uint8_t kForLoad = 0x02;
constexpr std::uint8_t kForInstall = 0x04;
constexpr std::uint8_t kForMakeSelectable = 0x08;
constexpr std::uint8_t kForInstallAndMakeSelectable = 0x0C;
constexpr std::uint8_t kForPersonalization = 0x20;

constexpr std::uint8_t kParameters = 0xC9;
constexpr std::uint8_t kRelated = 0x80;  // P2 of DELETE: with everything made of it
constexpr tlv::Tag kAid = 0x4F;
constexpr std::size_t kFields = 6;

/// Fields with their lengths in front, in the one order of each form; a missing last one (the token) is empty.
Result<std::array<ByteView, kFields>> read_fields(ByteView data, std::size_t count) {
  std::array<ByteView, kFields> fields{};
  for (std::size_t i = 0; i < count && (i + 1 < count || !data.empty()); ++i) {
    CICADA_TRY(fields.at(i), take_field(data));
  }
  if (!data.empty()) return base::fail({.fault = base::Fault::malformed, .what = "octets behind the last field"});
  return fields;
}

Reply for_load(const Seen& seen, ByteView data) {
  constexpr std::size_t kCount = 5;
  const auto fields = read_fields(data, kCount);
  if (!fields) return sw::k6A80IncorrectData;
  const auto& [file, domain, hash, parameters, token, none] = *fields;
  if (!is_aid(file) || (!domain.empty() && !base::equal(domain, issuer_domain_aid()))) return sw::k6A80IncorrectData;
  constexpr std::array<std::size_t, 5> kHashSizes = {0, 20, 32, 48, 64};
  if (std::ranges::find(kHashSizes, hash.size()) == kHashSizes.end()) return sw::k6A80IncorrectData;
  const bool there = seen.state.load_file(file) != nullptr || seen.state.instance(file) != nullptr;
  if (there || seen.session.load) return sw::k6985ConditionsNotSatisfied;
  auto reply = done();
  reply.load = Load{.aid = base::to_bytes(file), .hash = base::to_bytes(hash), .octets = {}};
  return reply;
}

Reply for_install(const Seen& seen, ByteView data, bool selectable) {
  const auto fields = read_fields(data, kFields);
  if (!fields) return sw::k6A80IncorrectData;
  const auto& [file, module, aid, privileges, parameters, token] = *fields;
  const bool sized = privileges.size() == 1 || privileges.size() == 3;
  if (!is_aid(aid) || !sized || parameters.empty() || parameters[0] != kParameters) return sw::k6A80IncorrectData;
  const auto* loaded = seen.state.load_file(file);
  const bool known = loaded != nullptr && std::ranges::find_if(loaded->modules, [&](const auto& one) {
                                            return base::equal(one, module);
                                          }) != loaded->modules.end();
  if (!known) return sw::k6A88ReferencedDataNotFound;
  // Nothing runs here but the passport applications that the card was built with, and there is one document on a card.
  if (application_of(module) == Application::none || seen.state.instance(aid) != nullptr) {
    return sw::k6985ConditionsNotSatisfied;
  }
  if (!base::equal(aid, passport_aid())) return sw::k6A80IncorrectData;
  auto reply = done();
  reply.state = seen.state.clone();
  reply.state->instances.push_back({.aid = base::to_bytes(aid),
                                    .load_file = base::to_bytes(file),
                                    .module = base::to_bytes(module),
                                    .privileges = base::to_bytes(privileges),
                                    .life = selectable ? application_life::kSelectable : application_life::kInstalled});
  reply.passport = PassportChange::make;
  return reply;
}

/// `00 00 L instance ...`: the two fields in front are empty. The instance's place.
Result<std::size_t> find_named(const Seen& seen, ByteView data) {
  CICADA_TRY(const auto fields, read_fields(data, kFields));
  if (!fields[0].empty() || !fields[1].empty() || !is_aid(fields[2])) {
    return base::fail({.fault = base::Fault::malformed, .what = "not the name of an application"});
  }
  const auto* found = seen.state.instance(fields[2]);
  if (found == nullptr) return base::fail({.fault = base::Fault::not_found, .what = "no such application"});
  return static_cast<std::size_t>(found - seen.state.instances.data());
}

apdu::StatusWord status_of(const base::Error& error) {
  return error.fault == base::Fault::not_found ? sw::k6A88ReferencedDataNotFound : sw::k6A80IncorrectData;
}

Reply for_make_selectable(const Seen& seen, ByteView data) {
  const auto place = find_named(seen, data);
  if (!place) return status_of(place.error());
  if (seen.state.instances[*place].life != application_life::kInstalled) return sw::k6985ConditionsNotSatisfied;
  auto reply = done();
  reply.state = seen.state.clone();
  reply.state->instances[*place].life = application_life::kSelectable;
  return reply;
}

Reply for_personalization(const Seen& seen, ByteView data) {
  const auto place = find_named(seen, data);
  if (!place) return status_of(place.error());
  const auto& instance = seen.state.instances[*place];
  if (instance.life != application_life::kSelectable || application_of(instance.module) != Application::groupings) {
    return sw::k6985ConditionsNotSatisfied;
  }
  auto reply = done();
  reply.personalizing = true;
  return reply;
}

}  // namespace

Result<ByteView> take_field(ByteView& rest) {
  if (rest.empty() || rest[0] >= rest.size()) {
    return base::fail({.fault = base::Fault::malformed, .what = "a field runs over the end"});
  }
  const auto field = rest.subspan(1, rest[0]);
  rest = rest.subspan(1 + field.size());
  return field;
}

Reply install(const Seen& seen, const apdu::CommandView& command) {
  if (command.p2 != 0) return sw::k6A86IncorrectP1P2;
  switch (command.p1) {
    case kForLoad: return for_load(seen, command.data);
    case kForInstall: return for_install(seen, command.data, false);
    case kForInstallAndMakeSelectable: return for_install(seen, command.data, true);
    case kForMakeSelectable: return for_make_selectable(seen, command.data);
    case kForPersonalization: return for_personalization(seen, command.data);
    default: return sw::k6A86IncorrectP1P2;
  }
}

Reply remove(const Seen& seen, const apdu::CommandView& command) {
  if (command.p1 != 0 || (command.p2 != 0 && command.p2 != kRelated)) return sw::k6A86IncorrectP1P2;
  tlv::Reader reader{command.data};
  const auto name = reader.next(kAid);
  if (!name || !is_aid(name->value)) return sw::k6A80IncorrectData;
  const auto aid = name->value;
  const bool is_file = seen.state.load_file(aid) != nullptr;
  if (!is_file && seen.state.instance(aid) == nullptr) return sw::k6A88ReferencedDataNotFound;
  const auto goes = [&](const Instance& one) { return base::equal(is_file ? one.load_file : one.aid, aid); };
  const bool used = std::ranges::any_of(seen.state.instances, goes);
  if (is_file && used && command.p2 != kRelated) return sw::k6985ConditionsNotSatisfied;
  auto reply = done();
  reply.state = seen.state.clone();
  std::erase_if(reply.state->instances, goes);
  if (is_file) std::erase_if(reply.state->load_files, [&](const auto& one) { return base::equal(one.aid, aid); });
  // There are no other instances than the passport's.
  if (used) reply.passport = PassportChange::erase;
  return reply;
}

}  // namespace cicada::applet_sim::manager
