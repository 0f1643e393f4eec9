#include "cicada/host/gp/card_manager.h"

#include <algorithm>
#include <utility>

#include "channel_rules.h"
#include "cicada/host/iso7816/sw.h"
#include "length_value.h"

namespace cicada::host::gp {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;
using iso7816::ResponseApdu;
namespace sw = iso7816::sw;

namespace {

constexpr std::uint8_t kDelete = 0xE4;
constexpr std::uint8_t kGetStatus = 0xF2;
constexpr std::uint8_t kInstall = 0xE6;
constexpr std::uint8_t kPutKey = 0xD8;
constexpr std::uint8_t kSetStatus = 0xF0;
constexpr std::uint8_t kStoreData = 0xE2;

constexpr std::uint16_t kMoreData = 0x6310;
constexpr std::uint8_t kWithTags = 0x02;
constexpr std::uint8_t kNextPart = 0x01;
constexpr std::uint8_t kForInstallAndSelectable = 0x0C;
constexpr std::uint8_t kForPersonalization = 0x20;
constexpr std::uint8_t kApplication = 0x40;
constexpr std::uint8_t kCard = 0x80;
constexpr std::uint8_t kRelated = 0x80;
constexpr std::uint8_t kFirstOfSeveralKeys = 0x81;
constexpr std::uint8_t kLockedBit = 0x80;
constexpr std::uint8_t kLastKeyVersion = 0x7F;
constexpr std::uint8_t kOpReady = 0x01;

/// What the whole of one part may have.
constexpr std::size_t kMaxRegistryOctets = 65536;

}  // namespace

base::Literal explain_refusal(std::uint8_t ins, std::uint16_t status) noexcept {
  if (status == sw::k6985ConditionsNotSatisfied) {
    if (ins == kDelete) return "something on the card depends on it";
    if (ins == kSetStatus) return "there is no way from the present life cycle state to that one";
    if (ins == kInstall) return "it exists already, is not of the kind asked for, or the card's life cycle forbids it";
  }
  if (status == sw::k6A88ReferencedDataNotFound) {
    if (ins == kPutKey) return "the card has no keys of the version to be replaced";
    return "the card has nothing of that name";
  }
  if (status == sw::k6A84NoMemory) return "there is no memory left on the card";
  if (ins == kStoreData && status == sw::k6A80WrongData) {
    return "a data grouping is malformed or unknown to the application, or should be encrypted, or should not";
  }
  if (status == 0x9484) return "the card does not take keys of this type";
  if (status == 0x9485) return "the card found another key check value";
  return "";
}

Result<ResponseApdu> CardManager::send(std::uint8_t ins, std::uint8_t p1, std::uint8_t p2, Bytes data) {
  return channel_.transmit(
      {.cla = kClaGp, .ins = ins, .p1 = p1, .p2 = p2, .data = std::move(data), .ne = iso7816::kMaxShortNe});
}

Result<Bytes> CardManager::done(std::uint8_t ins, std::uint8_t p1, std::uint8_t p2, Bytes data) {
  CICADA_TRY(auto response, send(ins, p1, p2, std::move(data)));
  if (response.ok()) return std::move(response.data);
  return fail({.fault = Fault::card_status,
               .what = "the card refused the command",
               .clause = "GP Card Specification §11",
               .hint = explain_refusal(ins, response.sw),
               .sw = response.sw});
}

Result<ResponseApdu> CardManager::status(Part part) {
  const auto p1 = static_cast<std::uint8_t>(part);
  CICADA_TRY(auto whole, send(kGetStatus, p1, kWithTags, {0x4F, 0x00}));
  for (std::size_t round = 1; whole.sw == kMoreData; ++round) {
    if (round == kMaxStatusRounds) {
      return fail({.fault = Fault::limit,
                   .what = "the card's registry does not end",
                   .clause = "GP Card Specification §11.4.3.2",
                   .at = round});
    }
    CICADA_TRY(const auto next, send(kGetStatus, p1, kWithTags | kNextPart, {0x4F, 0x00}));
    if (whole.data.size() + next.data.size() > kMaxRegistryOctets) {
      return fail({.fault = Fault::limit, .what = "the card's registry is longer than any"});
    }
    base::append(whole.data, next.data);
    whole.sw = next.sw;
  }
  return whole;
}

Result<std::vector<RegistryEntry>> CardManager::registry(Part part) {
  CICADA_TRY(auto answer, status(part));
  if (part == Part::load_files_and_modules &&
      (answer.sw == sw::k6A86WrongP1P2 || answer.sw == sw::k6A81FunctionNotSupported)) {
    CICADA_TRY(answer, status(Part::load_files));
  }
  if (answer.sw == sw::k6A88ReferencedDataNotFound) return std::vector<RegistryEntry>{};
  if (!answer.ok()) {
    return fail({.fault = Fault::card_status,
                 .what = "the card does not tell what it holds",
                 .clause = "GP Card Specification §11.4",
                 .sw = answer.sw});
  }
  return parse_registry(answer.data);
}

Result<void> CardManager::install(const Installation& installation) {
  const auto privileges = installation.privileges;
  const std::array<std::uint8_t, 3> octets{static_cast<std::uint8_t>(privileges >> 16U),
                                           static_cast<std::uint8_t>(privileges >> 8U),
                                           static_cast<std::uint8_t>(privileges)};
  const bool one = (privileges & 0xFFFFU) == 0;
  CICADA_TRY(const auto own, length_value(installation.parameters));
  Bytes parameters{0xC9};
  base::append(parameters, own);
  CICADA_TRY(auto data, length_values({installation.load_file.octets(), installation.module.octets(),
                                       installation.instance.octets(), ByteView{octets}.first(one ? 1 : 3), parameters,
                                       ByteView{}}));
  CICADA_CHECK(done(kInstall, kForInstallAndSelectable, 0x00, std::move(data)));
  return {};
}

Result<void> CardManager::begin_personalization(const Aid& application) {
  CICADA_TRY(auto data, length_values({{}, {}, application.octets(), {}, {}, {}}));
  CICADA_CHECK(done(kInstall, kForPersonalization, 0x00, std::move(data)));
  return {};
}

Result<void> CardManager::store_data(std::span<const DataGrouping> groupings, bool last) {
  CICADA_TRY(const auto commands, store_data_commands(channel_, groupings, last));
  for (const auto& command : commands) {
    CICADA_CHECK(done(command.ins, command.p1, command.p2, command.data));
  }
  return {};
}

Result<void> CardManager::remove(const Aid& name, bool with_related) {
  CICADA_TRY(const auto value, length_value(name.octets()));
  Bytes data{0x4F};
  base::append(data, value);
  const auto deleted = done(kDelete, 0x00, with_related ? kRelated : 0x00, std::move(data));
  if (deleted) return {};
  auto error = deleted.error();
  if (error.sw == sw::k6A88ReferencedDataNotFound) error.fault = Fault::not_found;
  return fail(error);
}

Result<void> CardManager::put_keys(const StaticKeys& keys, KeyType type, std::uint8_t version, std::uint8_t replaced) {
  if (version == 0 || version > kLastKeyVersion || replaced > kLastKeyVersion) {
    return fail({.fault = Fault::bad_input,
                 .what = "key versions are 01 to 7F",
                 .clause = "GP Card Specification §11.8.2.1",
                 .at = version});
  }
  Bytes data{version};
  Bytes expected{version};
  for (const auto key : {keys.k_enc.expose(), keys.k_mac.expose(), keys.k_dek.expose()}) {
    CICADA_TRY(const auto field, key_data_field(channel_, type, key));
    CICADA_TRY(const auto check, key_check_value(type, key));
    base::append(data, field);
    base::append(expected, check);
  }
  CICADA_TRY(const auto answer, done(kPutKey, replaced, kFirstOfSeveralKeys, std::move(data)));
  if (answer.size() != expected.size()) {
    return fail({.fault = Fault::malformed,
                 .what = "the card does not say which keys it took",
                 .clause = "GP Card Specification §11.8.3.1",
                 .at = answer.size()});
  }
  if (!base::equal(answer, expected)) {
    return fail({.fault = Fault::security,
                 .what = "the card took other keys than it was given",
                 .clause = "GP Card Specification §11.8.3.1",
                 .hint = "do not use this card until its keys are known"});
  }
  return {};
}

Result<void> CardManager::set_card_state(CardState state, bool destroy) {
  if (state == CardState::terminated && !destroy) {
    return fail({.fault = Fault::bad_input,
                 .what = "terminating a card cannot be undone and must be asked for by name",
                 .clause = "GP Card Specification §5.1.1.5"});
  }
  CICADA_CHECK(done(kSetStatus, kCard, static_cast<std::uint8_t>(state), {}));
  return {};
}

Result<std::uint8_t> CardManager::card_state() {
  CICADA_TRY(const auto domain, registry(Part::issuer_security_domain));
  if (domain.size() != 1) {
    return fail({.fault = Fault::malformed,
                 .what = "the card does not tell the life cycle state that it is in",
                 .clause = "GP Card Specification §11.4.3.1",
                 .at = domain.size()});
  }
  return domain.front().life_cycle;
}

Result<void> CardManager::secure_card() {
  CICADA_TRY(const auto state, card_state());
  if (state == kOpReady) CICADA_CHECK(set_card_state(CardState::initialized));
  if (state == kOpReady || state == static_cast<std::uint8_t>(CardState::initialized)) {
    return set_card_state(CardState::secured);
  }
  return fail({.fault = Fault::conflict, .what = "the card is not INITIALIZED: it was secured before", .at = state});
}

Result<void> CardManager::unlock_card() {
  CICADA_TRY(const auto state, card_state());
  if (state == static_cast<std::uint8_t>(CardState::locked)) return set_card_state(CardState::secured);
  return fail({.fault = Fault::conflict, .what = "the card is not locked", .at = state});
}

Result<void> CardManager::lock_application(const Aid& application, bool locked) {
  CICADA_TRY(const auto entries, registry(Part::applications));
  const auto entry = std::ranges::find(entries, application, &RegistryEntry::aid);
  if (entry == entries.end()) {
    return fail({.fault = Fault::not_found, .what = "the card has no application of that name"});
  }
  if (((entry->life_cycle & kLockedBit) != 0) == locked) {
    return fail({.fault = Fault::conflict,
                 .what = locked ? base::Literal{"the application is locked already"}
                                : base::Literal{"the application is not locked"}});
  }
  // The other bits are the state to come back to (Card Specification §11.10.2.2).
  const auto state = static_cast<std::uint8_t>(entry->life_cycle ^ kLockedBit);
  CICADA_CHECK(done(kSetStatus, kApplication, state, base::to_bytes(application.octets())));
  return {};
}

}  // namespace cicada::host::gp
