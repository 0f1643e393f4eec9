#include "cicada/applet_sim/manager/manager.h"

#include <algorithm>

#include "cicada/applet_sim/tlv/tlv.h"
#include "commands.h"

namespace cicada::applet_sim::manager {
namespace {

namespace sw = apdu::sw;
using base::Bytes;
using base::ByteView;

apdu::StatusWord status_of(const base::Error& error) {
  return error.sw != 0 ? error.sw : sw::k6F00NoDiagnosis;
}

Reply initialize_update(const Seen& seen, const apdu::CommandView& command) {
  if (command.p2 != 0) return sw::k6A86IncorrectP1P2;
  if (command.data.size() != challenge_size(seen.state)) return sw::k6700WrongLength;
  const auto* keys = seen.state.key_set(command.p1);
  if (keys == nullptr) return sw::k6A88ReferencedDataNotFound;
  if (keys->counter >= last_counter(seen.state)) return sw::k6985ConditionsNotSatisfied;
  // SCP03 counts attempts, SCP02 sessions (EXTERNAL AUTHENTICATE).
  const bool counts = seen.state.protocol == Protocol::scp03;
  const auto counter = counts ? keys->counter + 1 : keys->counter;
  auto handshake = Handshake::begin(seen.state, *keys, counter, command.data, seen.rng);
  if (!handshake) return sw::k6F00NoDiagnosis;
  Reply reply{apdu::ResponseApdu{base::concat({seen.serial, handshake->answer()}), sw::k9000Ok}};
  if (counts) reply.counter = Counter{.key_version = keys->version, .value = counter};
  reply.handshake = std::move(*handshake);
  return reply;
}

Reply external_authenticate(const Seen& seen, std::optional<Handshake> handshake, const apdu::CommandView& command) {
  if (!handshake) return sw::k6985ConditionsNotSatisfied;
  const auto* keys = seen.state.key_set(handshake->key_version());
  if (keys == nullptr) return sw::k6985ConditionsNotSatisfied;
  auto channel = std::move(*handshake).finish(command);
  if (!channel) return status_of(channel.error());
  Reply reply{sw::k9000Ok};
  if (seen.state.protocol == Protocol::scp02) {
    reply.counter = Counter{.key_version = keys->version, .value = keys->counter + 1};
  }
  reply.channel = std::move(*channel);
  return reply;
}

/// What the card's life cycle leaves of the commands (GPC §5.1.1).
bool is_open(CardLife life, std::uint8_t instruction) {
  constexpr std::array kLocked = {ins::kGetData, ins::kInitializeUpdate, ins::kExternalAuthenticate, ins::kGetStatus,
                                  ins::kSetStatus};
  if (life == CardLife::terminated) return instruction == ins::kGetData;
  return life != CardLife::card_locked || std::ranges::find(kLocked, instruction) != kLocked.end();
}

Reply managed(const Seen& seen, const apdu::CommandView& command) {
  switch (command.ins) {
    case ins::kGetStatus: return get_status(seen, command);
    case ins::kSetStatus: return set_status(seen, command);
    case ins::kInstall: return install(seen, command);
    case ins::kLoad: return load(seen, command);
    case ins::kDelete: return remove(seen, command);
    case ins::kPutKey: return put_key(seen, command);
    case ins::kStoreData: return store_data(seen, command);
    default: return sw::k6D00InsNotSupported;
  }
}

bool is_managed(std::uint8_t instruction) {
  constexpr std::array kManaged = {ins::kGetStatus, ins::kSetStatus, ins::kInstall,  ins::kLoad,
                                   ins::kDelete,    ins::kPutKey,    ins::kStoreData};
  return std::ranges::find(kManaged, instruction) != kManaged.end();
}

}  // namespace

Reply handle(const Seen& seen, const apdu::CommandView& command, std::optional<Handshake> handshake) {
  const bool known = command.ins == ins::kGetData || command.ins == ins::kInitializeUpdate ||
                     command.ins == ins::kExternalAuthenticate || is_managed(command.ins);
  if (!known) return sw::k6D00InsNotSupported;
  if (!is_open(seen.state.life, command.ins)) return sw::k6985ConditionsNotSatisfied;
  switch (command.ins) {
    case ins::kGetData: return get_data(seen, command);
    case ins::kInitializeUpdate: return initialize_update(seen, command);
    case ins::kExternalAuthenticate: return external_authenticate(seen, std::move(handshake), command);
    default: break;
  }
  if (!seen.session.channel) return sw::k6982SecurityStatusNotSatisfied;
  return managed(seen, command);
}

bool names_issuer_domain(ByteView name) noexcept {
  const auto aid = issuer_domain_aid();
  if (name.empty()) return true;
  return name.size() >= kMinAidSize && name.size() <= aid.size() && base::equal(aid.first(name.size()), name);
}

Reply select(const State& state, const apdu::CommandView& command) {
  constexpr std::uint8_t kNoData = 0x0C;
  constexpr tlv::Tag kFci = 0x6F;
  constexpr tlv::Tag kProprietary = 0xA5;
  constexpr tlv::Tag kName = 0x84;
  constexpr tlv::Tag kLongestCommand = 0x9F65;
  if (command.p2 != 0 && command.p2 != kNoData) return sw::k6A86IncorrectP1P2;
  const auto word = state.life == CardLife::card_locked ? sw::k6283CardLocked : sw::k9000Ok;
  if (command.p2 == kNoData) return word;
  Bytes proprietary;
  tlv::append(proprietary, kLongestCommand, std::array<std::uint8_t, 1>{0xFF});
  Bytes inside;
  tlv::append(inside, kName, issuer_domain_aid());
  tlv::append(inside, kProprietary, proprietary);
  Bytes out;
  tlv::append(out, kFci, inside);
  return apdu::ResponseApdu{std::move(out), word};
}

}  // namespace cicada::applet_sim::manager
