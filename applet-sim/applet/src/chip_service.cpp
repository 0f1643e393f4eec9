#include "chip_service.h"

#include <algorithm>

#include "cicada/applet_sim/protocol/agreement/protocol_id.h"

namespace cicada::applet_sim::applet {
namespace {

namespace sw = apdu::sw;
namespace ca = protocol::ca;
namespace agreement = protocol::agreement;
using security::Lapse;

apdu::StatusWord status_of(const base::Error& error) {
  return error.sw != 0 ? error.sw : sw::k6F00NoDiagnosis;
}

agreement::DomainId domain_of(const ChipKey& key) {
  if (const auto* curve = std::get_if<EcSecret>(&key.secret)) return agreement::domain_of(curve->curve);
  return agreement::domain_of(std::get<DhSecret>(key.secret).group);
}

base::ByteView secret_of(const ChipKey& key) {
  if (const auto* curve = std::get_if<EcSecret>(&key.secret)) return curve->scalar.expose();
  return std::get<DhSecret>(key.secret).exponent.expose();
}

/// Whether a key is meant for a cipher: one of its protocols says so. A key without any is for 3DES, as chips without a
/// ChipAuthenticationInfo are understood.
bool serves(const ChipKey& key, sm::Algorithm cipher) {
  if (key.protocols.empty()) return cipher == sm::Algorithm::tdes;
  return std::ranges::any_of(key.protocols, [&](const base::Bytes& oid) {
    const auto suite = agreement::suite_of(oid);
    return suite && suite->cipher == cipher;
  });
}

using Found = std::expected<const ChipKey*, apdu::StatusWord>;

/// The key that `id` names, or without a name the only one for this kind and cipher.
Found find_key(const CardState& card, ca::KeyId id, std::optional<agreement::Kind> kind, sm::Algorithm cipher) {
  const auto fits = [&](const ChipKey& key) {
    const auto own = agreement::kind_of(domain_of(key));
    return serves(key, cipher) && (!kind || (own && *own == *kind));
  };
  if (id && card.lapses.has(Lapse::chip_key_reference) && card.chip_key(id) == nullptr) id.reset();
  const ChipKey* found = nullptr;
  for (const auto& key : card.chip_keys) {
    if (id && key.id != id) continue;
    if (id && !fits(key)) return std::unexpected(sw::k6A80IncorrectData);
    if (!fits(key)) continue;
    // Without a name there must be one only.
    if (found != nullptr) return std::unexpected(sw::k6A88ReferencedDataNotFound);
    found = &key;
  }
  if (found == nullptr) return std::unexpected(id ? sw::k6A88ReferencedDataNotFound : sw::k6A80IncorrectData);
  return found;
}

/// What fails all of these commands alike; 9000: nothing does.
apdu::StatusWord refuse(const Context& context) {
  using security::Mechanism;
  if (!has_chip_authentication(context)) return sw::k6D00InsNotSupported;
  // 9303-11 §6.2: it replaces the keys of a session that was opened before.
  const auto& lapses = context.card.lapses;
  if (lapses.has(Lapse::chip_mapping_is_enough) && context.status.has(Mechanism::chip_authentication)) {
    return sw::k6985ConditionsNotSatisfied;
  }
  if (lapses.has(Lapse::chip_session)) return sw::k9000Ok;
  const bool open = context.secured && (context.status.has(Mechanism::bac) || context.status.has(Mechanism::pace));
  return open ? sw::k9000Ok : sw::k6982SecurityStatusNotSatisfied;
}

Reply agree(const Context& context, const ChipKey& key, sm::Algorithm cipher, base::ByteView terminal_key,
            base::Bytes answer) {
  const auto domain = agreement::Domain::create(domain_of(key));
  if (!domain) return sw::k6F00NoDiagnosis;
  auto agreed = ca::agree(*domain, secret_of(key), cipher, terminal_key, context.card.lapses);
  if (!agreed) return status_of(agreed.error());
  return Reply{apdu::ResponseApdu{std::move(answer), sw::k9000Ok}}.with(
      ReplaceKeys{.session = std::move(agreed->session), .terminal_key = std::move(agreed->terminal_key)});
}

}  // namespace

bool has_chip_authentication(const Context& context) noexcept {
  return !context.card.chip_keys.empty();
}

Reply select_chip_key(const Context& context, const apdu::CommandView& command) {
  if (const auto refused = refuse(context); refused != sw::k9000Ok) return refused;
  const auto selection = ca::parse_set_at(command.data);
  if (!selection) return status_of(selection.error());
  const auto key = find_key(context.card, selection->key, selection->suite.kind, selection->suite.cipher);
  if (!key) return key.error();
  return Reply{sw::k9000Ok}.with(KeepChipSelection{*selection});
}

Reply authenticate_chip(const Context& context, const apdu::CommandView& command) {
  if (const auto refused = refuse(context); refused != sw::k9000Ok) return refused;
  if (command.p1p2() != 0) return sw::k6A86IncorrectP1P2;
  if (!context.chip_selection) return sw::k6985ConditionsNotSatisfied;
  const auto& [suite, id] = *context.chip_selection;
  const auto terminal_key = ca::parse_general_authenticate(command.data, context.card.lapses);
  if (!terminal_key) return status_of(terminal_key.error());
  const auto key = find_key(context.card, id, suite.kind, suite.cipher);
  if (!key) return key.error();
  return agree(context, **key, suite.cipher, *terminal_key, {0x7C, 0x00});
}

Reply set_key_agreement(const Context& context, const apdu::CommandView& command) {
  if (const auto refused = refuse(context); refused != sw::k9000Ok) return refused;
  const auto request = ca::parse_set_kat(command.data, context.card.lapses);
  if (!request) return status_of(request.error());
  const auto key = find_key(context.card, request->key, std::nullopt, sm::Algorithm::tdes);
  if (!key) return key.error();
  return agree(context, **key, sm::Algorithm::tdes, request->terminal_key, {});
}

}  // namespace cicada::applet_sim::applet
